/** Where the API is: beside the site, unless the site was built for another host with VITE_API_URL. */
export const apiUrl: string = import.meta.env.VITE_API_URL || window.location.origin;
