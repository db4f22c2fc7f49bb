import { type JobView, kindWords } from "@trainchain/protocol";
import { buttonClasses, Card, DownloadIcon } from "@trainchain/ui";
import { apiUrl } from "../../api/api-url.ts";
import { receipts } from "../../kinds/receipts.ts";

/** What came of the job: how good it is, who was paid, and the bundle for its requester. */
export function ReceiptSection({ job, isRequester }: { job: JobView; isRequester: boolean }) {
  const Receipt = receipts[job.kind];
  return (
    <Card
      title="Result"
      actions={
        <div className="flex flex-wrap gap-2">
          <a
            href={`${apiUrl}/jobs/${job.jobId}/receipt`}
            download="receipt.json"
            className={buttonClasses("secondary", "small")}
          >
            Save receipt
          </a>
          {isRequester && (
            <a
              href={`${apiUrl}/jobs/${job.jobId}/result`}
              download
              className={buttonClasses("primary", "small")}
            >
              <DownloadIcon />
              Download the bundle
            </a>
          )}
        </div>
      }
    >
      <Receipt jobId={job.jobId} isRequester={isRequester} />
      <p className="mt-5 text-sm text-muted">
        Anybody can check this receipt: in TrainChain’s folder,{" "}
        <code>npm run trainchain -- result verify PATH/receipt.json</code> recomputes the CIDs and every
        payment.{" "}
        {isRequester && (
          <>
            Of the folder that <code>npm run trainchain -- job download {job.jobId}</code> makes, it
            recomputes {kindWords[job.kind].recomputed} too.{" "}
          </>
        )}
        It names what nobody outside can recompute.
      </p>
    </Card>
  );
}
