import { Card } from "@trainchain/ui";
import type { ReactNode } from "react";

/** A titled part of a form: what it is about at the left, its fields at the right. */
export function FormSection({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <Card className="grid gap-6 md:grid-cols-[16rem_1fr]">
      <div className="grid content-start gap-1">
        <h2 className="text-base font-semibold">{title}</h2>
        <p className="text-sm text-muted">{text}</p>
      </div>
      <div className="grid min-w-0 content-start gap-5">{children}</div>
    </Card>
  );
}
