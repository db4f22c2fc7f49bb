import { Link } from "@tanstack/react-router";

/** Where to read how a file has to look, for who has none yet. */
export function FormatHint() {
  return (
    <p className="text-sm text-muted">
      New here?{" "}
      <Link
        to="/docs/$slug"
        params={{ slug: "dataset-format" }}
        className="text-accent-text underline underline-offset-4"
      >
        What a dataset looks like
      </Link>
    </p>
  );
}
