/** The company's account, which the bank opens for itself. */
import type { Pool } from 'pg';
import { company } from '@bank/topology';

/** Opens the company's account where there is none yet. */
export const openCompanyAccount = async (pool: Pool): Promise<void> => {
  await pool.query(
    `insert into accounts (iban, token, account_type, balance) values ($1, $2, 'AUTO', $3) on conflict (iban) do nothing`,
    [company.iban, company.token, company.openingBalance],
  );
};
