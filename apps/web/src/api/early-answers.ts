declare global {
  interface Window {
    /** Answers by their question's address, asked by build/early-start.ts. */
    earlyAnswers?: Map<string, Promise<Response>>;
  }
}

// By then the page has asked what it asks first; what was left would be old.
setTimeout(() => window.earlyAnswers?.clear(), 10_000);

/** The answer to a question that was asked before the site's script was there; once. */
export function takeEarlyAnswer(url: string, method: string): Promise<Response> | undefined {
  if (method !== "GET") return undefined;
  const answer = window.earlyAnswers?.get(url);
  window.earlyAnswers?.delete(url);
  return answer;
}
