export {
  type ApiClient,
  type ApiClientOptions,
  createApiClient,
  type JobId,
  type PageQuery,
  type Signer,
} from "./create-api-client.ts";
export { fingerprint } from "./fingerprint.ts";
export { listAll } from "./list-all.ts";
export { type Connection, type RequestOptions, send, sessionHeaders } from "./request.ts";
export { pauseBefore, retryAfterMs } from "./retry.ts";
export { type SignInMessage, signInMessage } from "./sign-in-message.ts";
export { blobSource, type UploadOptions, type UploadSource } from "./upload.ts";
export { type JobChange, watchJob } from "./watch-job.ts";
