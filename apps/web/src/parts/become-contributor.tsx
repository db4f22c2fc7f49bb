import { Link } from "@tanstack/react-router";
import { buttonClasses } from "@trainchain/ui";

/** Where nobody has worked yet: on to how that begins. */
export function BecomeContributor() {
  return (
    <Link to="/contributor" className={buttonClasses()}>
      Become a contributor
    </Link>
  );
}
