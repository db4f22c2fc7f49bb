import { withDirectLoopback } from "@trainchain/protocol/node";

/**
 * Names that a trainer may inherit. Everything else stays out of it: training code and its packages are the
 * largest body of foreign code that runs here, and no key, token or database address is any of its business.
 */
const allowed =
  /^(PATH|HOME|USERPROFILE|LOCALAPPDATA|APPDATA|SYSTEMROOT|SYSTEMDRIVE|WINDIR|TEMP|TMP|TMPDIR|LANG|LC_[A-Z]+|TZ|HF_HOME|HF_HUB_CACHE|HF_HUB_OFFLINE|HF_ENDPOINT|CUDA_[A-Z_]+|NVIDIA_[A-Z_]+|LD_LIBRARY_PATH|OMP_NUM_THREADS|MKL_NUM_THREADS|OPENBLAS_[A-Z0-9_]+|PYTORCH_[A-Z_]+|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|HTTPS?_PROXY|NO_PROXY)$/i;

/** Settings that keep the packages from installing, reporting or phoning by themselves. */
const fixed = {
  PYTHONUNBUFFERED: "1",
  PYTHONNOUSERSITE: "1",
  PYTHONIOENCODING: "utf-8",
  TOKENIZERS_PARALLELISM: "false",
  HF_HUB_DISABLE_TELEMETRY: "1",
  YOLO_AUTOINSTALL: "false",
  YOLO_OFFLINE: "true",
};

/** The minimal environment of a trainer process, with `extra` on top; its gateway is never asked through a proxy. */
export function trainerEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => allowed.test(name));
  return withDirectLoopback({ ...Object.fromEntries(inherited), ...fixed, ...extra });
}
