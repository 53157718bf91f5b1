/** The requests of a session. */
import { graphql } from '../api/graphql.ts';

const sessionUser = graphql(`
  fragment SessionUser on User {
    username
    role
    account { iban }
  }
`);

export const meQuery = graphql(`
  query Me { me { ...SessionUser } }
`, [sessionUser]);

export const openAccountMutation = graphql(`
  mutation OpenAccount($username: String!, $password: String!) {
    openAccount(username: $username, password: $password) {
      __typename
      ... on LoggedIn { user { ...SessionUser } }
      ... on Refused { code reason retryAfterSeconds }
    }
  }
`, [sessionUser]);

export const logInMutation = graphql(`
  mutation LogIn($username: String!, $password: String!) {
    logIn(username: $username, password: $password) {
      __typename
      ... on LoggedIn { user { ...SessionUser } }
      ... on Refused { code reason retryAfterSeconds }
    }
  }
`, [sessionUser]);

export const logOutMutation = graphql(`
  mutation LogOut { logOut }
`);

export const logOutEverywhereMutation = graphql(`
  mutation LogOutEverywhere { logOut(everywhere: true) }
`);

export const changePasswordMutation = graphql(`
  mutation ChangePassword($current: String!, $new: String!) {
    changePassword(current: $current, new: $new) {
      __typename
      ... on Refused { code reason }
    }
  }
`);
