/** Whom a call over HTTPS speaks to: only who can show that the name is theirs. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

import { callTo, calling } from "../../helpers/calling.ts";
import { temporaryFolder } from "../../helpers/program.ts";

const NAME = "shop.test";

const lacksOpenssl = spawnSync("openssl", ["version"]).error !== undefined;
if (lacksOpenssl) process.stderr.write("SKIPPED: calls over HTTPS: no openssl.\n");

/** A certificate for the name, which nobody trusts yet. */
const makeCertificate = (folder: string): { key: string; cert: string } => {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const names = `-subj /CN=${NAME} -addext subjectAltName=DNS:${NAME}`;
  const made = spawnSync(
    "openssl",
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 ${names}`
      .split(" ")
      .concat("-keyout", key, "-out", cert),
  );
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr.toString()}`);
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let certificate: ReturnType<typeof makeCertificate>;
let server: Server;
let port: number;
let requests: number;
const trusted = getCACertificates("default");

(lacksOpenssl ? describe.skip : describe)("a call over HTTPS", () => {
  beforeAll(async () => {
    folder = await temporaryFolder();
    certificate = makeCertificate(folder.path);
    server = createServer(certificate, (_request, response) => {
      requests += 1;
      response.writeHead(204).end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    port = typeof address === "object" ? (address?.port ?? 0) : 0;
  });

  beforeEach(() => {
    requests = 0;
  });
  afterEach(() => setDefaultCACertificates(trusted));
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await folder.remove();
  });

  const call = (name: string) => {
    const { makeCall } = calling({
      names: { [name]: [["127.0.0.1"]] },
      exemptHosts: [name],
      requireHttps: true,
    });
    return makeCall(callTo(`https://${name}:${port}/`));
  };

  const unanswered = { code: "call-unanswered", retryable: true };

  it("is made to who has a certificate for the name", async () => {
    setDefaultCACertificates([...trusted, certificate.cert]);

    await expect(call(NAME)).resolves.toMatchObject({ status: 204 });
  });

  it("says nothing to who has a certificate for another name", async () => {
    setDefaultCACertificates([...trusted, certificate.cert]);

    await expect(call("other.test")).rejects.toMatchObject(unanswered);
    expect(requests).toBe(0);
  });

  it("says nothing to who has a certificate that nobody vouches for", async () => {
    await expect(call(NAME)).rejects.toMatchObject(unanswered);
    expect(requests).toBe(0);
  });
});
