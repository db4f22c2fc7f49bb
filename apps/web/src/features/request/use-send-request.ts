import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { blobSource } from "@trainchain/api-client";
import type { DraftView } from "@trainchain/protocol";
import { sendRequest } from "@trainchain/requester";
import { useState } from "react";
import { api } from "../../api/api.ts";
import { myRequestsQuery } from "../../api/queries.ts";
import { useSession } from "../../session/session-context.ts";
import { unfinishedUploads } from "./unfinished-upload.ts";

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
    mutationFn(file: File) {
      return sendRequest(api, blobSource(file, file.name), {
        ...{ create, wallet: wallet ?? "", uploads: unfinishedUploads },
        onProgress: ({ sentBytes, sizeBytes }) => setSentShare(sentBytes / Math.max(1, sizeBytes)),
      });
    },
    async onSuccess(draft) {
      await queryClient.invalidateQueries({ queryKey: myRequestsQuery.queryKey });
      await navigate({ to: "/draft/$draftId", params: { draftId: draft.id } });
    },
    onSettled: () => setSentShare(undefined),
  });
  return { ...mutation, sentShare };
}
