/// <reference types="vite/client" />

declare module "virtual:docs" {
  export interface DocsPage {
    slug: string;
    title: string;
    summary: string;
    /** Of those pages that say why something was decided as it is. */
    isDecision: boolean;
    /** The page as HTML, rendered from our own files when the site was built. */
    load: () => Promise<string>;
  }
  const pages: readonly DocsPage[];
  export default pages;
}
