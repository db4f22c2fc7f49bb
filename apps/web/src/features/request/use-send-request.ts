import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { DraftView } from "@trainchain/protocol";
import { useState } from "react";
import { api } from "../../api/api.ts";
import { myRequestsQuery } from "../../api/queries.ts";
import { useSession } from "../../session/session-context.ts";
import { findUpload, forgetUpload, keepUpload, uploadKey } from "./unfinished-upload.ts";

/**
 * Uploads the file, going on where an earlier try broke off, asks for the job and opens its draft's page.
 * `sentShare` is how much of the file is there; undefined while nothing is sent.
 */
export function useSendRequest(create: (uploadId: string) => Promise<DraftView>) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { wallet } = useSession();
  const [sentShare, setSentShare] = useState<number>();
  const mutation = useMutation({
    async mutationFn(file: File) {
      const key = await uploadKey(wallet ?? "", file);
      const upload = await api.createUpload(file, {
        resume: key && findUpload(key)?.id,
        onProgress({ id, sentBytes, sizeBytes }) {
          if (key) keepUpload(key, { id, fileName: file.name });
          setSentShare(sentBytes / Math.max(1, sizeBytes));
        },
      });
      const draft = await create(upload.id);
      if (key) forgetUpload(key);
      return draft;
    },
    async onSuccess(draft) {
      await queryClient.invalidateQueries({ queryKey: myRequestsQuery.queryKey });
      await navigate({ to: "/draft/$draftId", params: { draftId: draft.id } });
    },
    onSettled: () => setSentShare(undefined),
  });
  return { ...mutation, sentShare };
}
