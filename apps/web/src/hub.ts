/** The hub that datasets named hf://owner/name are fetched from, when somebody asks for one. */
export const hubUrl = "https://huggingface.co";

/** Where its files lie: it sends requests on to other hosts of its own. */
export const hubHosts = [hubUrl, "https://*.huggingface.co", "https://*.hf.co"];
