import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "selfsigned";

/**
 * Makes a self-signed certificate, in files named as certbot's.
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
