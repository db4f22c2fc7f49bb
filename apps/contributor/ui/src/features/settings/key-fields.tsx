import { Field, Input, Notice } from "@trainchain/ui";

/** Asks for the key with which jobs are accepted while nobody is there to sign. */
export function KeyFields({
  onKeystore,
  passphrase,
  onPassphrase,
}: {
  /** The text of the chosen file. */
  onKeystore: (text: string) => void;
  passphrase: string;
  onPassphrase: (passphrase: string) => void;
}) {
  return (
    <>
      <Notice tone="warning" title="This machine then signs for your wallet">
        Who can read the app's folder could take what the wallet has. Use a wallet of its own for this, with
        no more in it than bonds and gas need, and withdraw what it earns.
      </Notice>
      <Field
        label="Key file of this wallet"
        hint="Encrypted, version 3, as “trainchain wallet new” writes it and other wallets export it."
      >
        <Input
          type="file"
          accept=".json,application/json"
          className="py-2"
          onChange={async ({ target }) => onKeystore((await target.files?.[0]?.text()) ?? "")}
        />
      </Field>
      <Field label="What opens the key file" hint="It is kept beside the key, in the app's folder.">
        <Input
          type="password"
          autoComplete="off"
          value={passphrase}
          onChange={({ target }) => onPassphrase(target.value)}
        />
      </Field>
    </>
  );
}
