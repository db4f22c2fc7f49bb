import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A browser's half of a subscription (RFC 8291). */
export interface Subscriber {
  privateKey: Buffer;
  keys: { p256dh: string; auth: string };
}

export function createSubscriber(): Subscriber {
  const pair = createECDH("prime256v1");
  const p256dh = pair.generateKeys("base64url");
  // Without leading zeros as it comes.
  const privateKey = Buffer.from(pair.getPrivateKey("hex").padStart(64, "0"), "hex");
  return { privateKey, keys: { p256dh, auth: randomBytes(16).toString("base64url") } };
}

/** What a browser reads in a push message of the encoding aes128gcm (RFC 8291, RFC 8188); throws where it is not for it. */
export function openPush(body: Uint8Array, { privateKey, keys }: Subscriber): string {
  const bytes = Buffer.from(body);
  const [salt, idLength] = [bytes.subarray(0, 16), bytes.readUInt8(20)];
  const sender = bytes.subarray(21, 21 + idLength);
  const sealed = bytes.subarray(21 + idLength);
  const own = createECDH("prime256v1");
  own.setPrivateKey(privateKey);
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), Buffer.from(keys.p256dh, "base64url"), sender]);
  const derive = (secret: Uint8Array, by: Uint8Array, what: Uint8Array | string, length: number) =>
    new Uint8Array(hkdfSync("sha256", secret, by, what, length));
  const secret = derive(own.computeSecret(sender), Buffer.from(keys.auth, "base64url"), info, 32);
  const key = derive(secret, salt, "Content-Encoding: aes128gcm\0", 16);
  const decipher = createDecipheriv(
    "aes-128-gcm",
    key,
    derive(secret, salt, "Content-Encoding: nonce\0", 12),
  );
  decipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  const end = padded.lastIndexOf(2);
  if (padded.subarray(end + 1).some((byte) => byte !== 0))
    throw new Error("the padding is not that of a last record");
  return padded.subarray(0, end).toString();
}

/** What a sender claims by the header Authorization, once its signature is good (RFC 8292); throws where it is not. */
export function openVapid(authorization: string): { publicKey: string; claims: Record<string, unknown> } {
  const [, head = "", payload = "", signature = "", publicKey = ""] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  if (read(head).alg !== "ES256") throw new Error(`signed by ${read(head).alg}`);
  const point = Buffer.from(publicKey, "base64url");
  const [x = "", y = ""] = [point.subarray(1, 33), point.subarray(33)].map((half) =>
    half.toString("base64url"),
  );
  const key = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  const signed = Buffer.from(`${head}.${payload}`);
  const by = { key, dsaEncoding: "ieee-p1363" as const };
  if (!verify("sha256", signed, by, Buffer.from(signature, "base64url")))
    throw new Error("the signature is not good");
  return { publicKey, claims: read(payload) };
}

/** A push service on this machine, over TLS, that answers as it is told; `answer` may be set anew. */
export async function startPushService() {
  const got: { path: string; headers: Record<string, string>; body: Buffer }[] = [];
  const service = {
    got,
    answer: 201,
    origin: "",
    close: () => server.close(),
  };
  const server = createServer(
    { key: localhostKey, cert: localhostCertificate },
    async (request, response) => {
      const headers = request.headers as Record<string, string>;
      got.push({ path: request.url ?? "", headers, body: await buffer(request) });
      response.writeHead(service.answer).end();
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  service.origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return service;
}

/** Of localhost and 127.0.0.1, by itself and for a hundred years: who is to trust it is told so (NODE_EXTRA_CA_CERTS). */
export const localhostCertificate = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUPlp0TnrT83GEKA0kq7KJ7wUW/w8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEzMDIyMjEwNVoYDzIxMjYxMTA2
MjIyMTA1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATAX5jSFxlUyPEO28Rfg8QTIyOEsozhO3zX+Ry8SuqVtd3lR1t4yaW9
AdslCtFmbFokQp2qP+1yL3XqRXtsA+gXo28wbTAdBgNVHQ4EFgQUcNloHcsibas8
Wxl/94B0X426uYowHwYDVR0jBBgwFoAUcNloHcsibas8Wxl/94B0X426uYowDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIga/PI2e54bv+ulMgD3hxBWQNL0QypfQl3D0GswYQ4CLsCIC9I
BYA5bMDROulVCiagX6m38Pz3zzX3CoZf405dSzxD
-----END CERTIFICATE-----
`;

const localhostKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQODQswI91n+EqzZB
FSePg3Rf1usI7pcrnYm+uJ+851uhRANCAATAX5jSFxlUyPEO28Rfg8QTIyOEsozh
O3zX+Ry8SuqVtd3lR1t4yaW9AdslCtFmbFokQp2qP+1yL3XqRXtsA+gX
-----END PRIVATE KEY-----
`;
