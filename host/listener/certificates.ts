/**
 * Certificates for the names that the ingress is called by, from the operator's files. A certificate that is renewed, added
 * or removed counts from the next look at the files: nothing is restarted, and connections that are there go on.
 */
import { X509Certificate } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { plinthError } from "../errors.ts";

/** Names of the files of a certificate and its key: as certbot writes them, and as Kubernetes mounts them. */
const PAIRS = [
  ["fullchain.pem", "privkey.pem"],
  ["tls.crt", "tls.key"],
] as const;

/** Time between two looks at the files, ms. */
const LOOK_MS = 10_000;

interface Certificate {
  /** A text that changes whenever one of the files does. */
  readonly mark: string;
  readonly x509: X509Certificate;
  readonly files: CertificateFiles;
  readonly context: SecureContext;
}

/** The contents of the files, PEM. */
export interface CertificateFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface CertificatesOptions {
  /** The folder that has the files, or a folder with the files for each certificate. */
  readonly folder: string;
  /** Told of a certificate that cannot be used. The previous one goes on to serve. */
  onFault(error: unknown): void;
  /** Time between two looks at the files, ms. */
  readonly lookMs?: number;
}

export class Certificates implements Disposable {
  readonly #options: CertificatesOptions;
  /** The certificates by their folders, in alphabetical order. */
  #certificates = new Map<string, Certificate>();
  readonly #timer: NodeJS.Timeout;
  /** The fault that was last told of each folder, so that it is told once. */
  readonly #told = new Map<string, string>();
  #onChange: () => void = () => {};

  private constructor(options: CertificatesOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.look(), options.lookMs ?? LOOK_MS).unref();
  }

  /** @throws PlinthError PLINTH_CERTIFICATE if there is none that can be used */
  static async open(options: CertificatesOptions): Promise<Certificates> {
    const certificates = new Certificates(options);
    await certificates.look();
    if (certificates.#certificates.size > 0) return certificates;
    certificates[Symbol.dispose]();
    const [fault = "it has no certificate"] = certificates.#told.values();
    throw plinthError("PLINTH_CERTIFICATE", [options.folder, fault]);
  }

  /**
   * The first certificate with a name that matches the server's name; the first of all if none does, or the client gave
   * no name.
   */
  contextFor(servername: string): SecureContext {
    const all = [...this.#certificates.values()];
    return (all.find(({ x509 }) => x509.checkHost(servername) !== undefined) ?? all[0]!).context;
  }

  /** The certificate for a client that gives no name. */
  get first(): CertificateFiles {
    return [...this.#certificates.values()][0]!.files;
  }

  /** @param listener is called after each change */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Reads the files that have changed. */
  async look(): Promise<void> {
    const { folder } = this.#options;
    const found = new Map<string, Certificate>();
    for (const place of [folder, ...(await foldersIn(folder))]) {
      const known = this.#certificates.get(place);
      const certificate = await this.#read(place, known);
      if (certificate !== undefined) found.set(place, certificate);
    }
    // If the folder has been emptied, the host goes on with the certificates that it has.
    if (found.size === 0) return;
    this.#certificates = found;
    this.#onChange();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #read(folder: string, known: Certificate | undefined): Promise<Certificate | undefined> {
    const paths = await pathsIn(folder);
    if (paths === undefined) return undefined;
    const { mark } = paths;
    if (known?.mark === mark) return known;
    try {
      const [cert, key] = await Promise.all([readFile(paths.cert), readFile(paths.key)]);
      const files = { cert, key };
      const certificate = { mark, files, x509: new X509Certificate(cert), context: createSecureContext(files) };
      this.#told.delete(folder);
      return certificate;
    } catch (error) {
      // Files are renewed one after the other, so a look may find a pair that does not fit. A fault is told once.
      if (this.#told.get(folder) !== (error as Error).message) {
        this.#told.set(folder, (error as Error).message);
        this.#options.onFault(plinthError("PLINTH_CERTIFICATE", [folder, (error as Error).message], { cause: error }));
      }
      return known;
    }
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.toSorted().map((name) => join(folder, name));
}

/** Undefined if the folder has no certificate. */
async function pathsIn(folder: string): Promise<{ cert: string; key: string; mark: string } | undefined> {
  for (const [certName, keyName] of PAIRS) {
    const [cert, key] = [join(folder, certName), join(folder, keyName)];
    const stats = await Promise.all([cert, key].map((file) => stat(file).catch(() => null)));
    if (stats.some((it) => it === null)) continue;
    return { cert, key, mark: stats.map((it) => `${it!.ino} ${it!.mtimeMs} ${it!.size}`).join() };
  }
  return undefined;
}
