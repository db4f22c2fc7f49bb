import { lazy } from "react";

/*
 * What only the signed-in see of a job, with the wallet's code and the schemas that it needs: it comes when it is shown,
 * and does not hold up who only looks.
 */
export const FinishEarly = lazy(() => import("./finish-early.tsx"));
export const JobActions = lazy(() => import("./job-actions.tsx"));
export const LiveLoss = lazy(() => import("./live-loss.tsx"));
export const PaidDeliveries = lazy(() => import("./paid-deliveries.tsx"));
export const RateContributor = lazy(() => import("./rate-contributor.tsx"));
export const TryResult = lazy(() => import("./try-result.tsx"));
export const VerificationSection = lazy(() => import("./verification-section.tsx"));
