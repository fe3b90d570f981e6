import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "selfsigned";

/**
 * Makes a certificate that nobody else has signed, as certbot's files.
 *
 * @param folder is made if it is not there
 * @returns the certificate, PEM
 */
export async function makeCertificate(folder: string, hostname: string): Promise<string> {
  const extensions = [{ name: "subjectAltName" as const, altNames: [{ type: 2 as const, value: hostname }] }];
  const { cert, private: key } = await generate([{ name: "commonName", value: hostname }], { extensions });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "fullchain.pem"), cert);
  await writeFile(join(folder, "privkey.pem"), key);
  return cert;
}
