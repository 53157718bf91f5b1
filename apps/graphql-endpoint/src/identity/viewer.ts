/** Who looks, and what they may see and do: decided here, for HTTP and WebSocket alike. */
import { company, type Iban } from '@bank/topology';

export type UserId = string & { readonly brand: 'UserId' };

export type Visitor = { readonly role: 'VISITOR' };
/** A client's IBAN is undefined while the bank has not answered the opening of the account. */
export type Client = { readonly role: 'CLIENT'; readonly id: UserId; readonly username: string; readonly iban: Iban | undefined };
export type Employee = { readonly role: 'EMPLOYEE'; readonly id: UserId; readonly username: string };

export type User = Client | Employee;
export type Viewer = Visitor | User;

export const visitor: Visitor = { role: 'VISITOR' };

/** How much of an account is seen: all, all but the IBANs of other parties, or not even whether it is there. */
export type Sight = 'all' | 'masked' | 'nothing';

/** How much of an account a viewer sees: the company's is there for everybody, a client has one more, an employee has all. */
export const sightOf = (viewer: Viewer, iban: Iban): Sight => {
  if (viewer.role === 'EMPLOYEE' || (viewer.role === 'CLIENT' && viewer.iban === iban)) return 'all';
  return iban === company.iban ? 'masked' : 'nothing';
};

/** Only clients move money, from their own account: an employee only looks. */
export const movesMoney = (viewer: Viewer): viewer is Client => viewer.role === 'CLIENT';
