import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 20 20"
      className="size-5 shrink-0"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const CloseIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);
export const MenuIcon = () => (
  <Icon>
    <path d="M3 6h14M3 10h14M3 14h14" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="3.2" />
    <path d="M10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1M14.2 14.2l1.1 1.1M4.7 15.3l1.1-1.1M14.2 5.8l1.1-1.1" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3Z" />
  </Icon>
);
export const SystemIcon = () => (
  <Icon>
    <rect x="2.5" y="4" width="15" height="10" rx="1.5" />
    <path d="M7 17h6" />
  </Icon>
);
export const WalletIcon = () => (
  <Icon>
    <path d="M3 6.5A2.5 2.5 0 0 1 5.5 4H15v3M3 6.5V14a2 2 0 0 0 2 2h12V7H5.5" />
    <circle cx="13.7" cy="11.5" r="0.7" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon>
    <path d="m4 10.5 4 4 8-9" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="5.2" />
    <path d="m13 13 4 4" />
  </Icon>
);
export const ArrowRightIcon = () => (
  <Icon>
    <path d="M4 10h12m-5-5 5 5-5 5" />
  </Icon>
);
export const DownloadIcon = () => (
  <Icon>
    <path d="M10 3v9m-4-4 4 4 4-4M4 16h12" />
  </Icon>
);
export const CopyIcon = () => (
  <Icon>
    <rect x="7" y="7" width="9.5" height="9.5" rx="1.5" />
    <path d="M4 13V5a1.5 1.5 0 0 1 1.5-1.5H13" />
  </Icon>
);
export const ExternalIcon = () => (
  <Icon>
    <path d="M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7" />
  </Icon>
);
export const StarIcon = () => (
  <Icon>
    <path d="m10 3 2.1 4.5 4.9.6-3.6 3.4.9 4.9-4.3-2.4-4.3 2.4.9-4.9L3 8.1l4.9-.6z" fill="currentColor" />
  </Icon>
);
export const ShieldIcon = () => (
  <Icon>
    <path d="M10 2.5 4 5v4.5c0 3.8 2.5 6.5 6 8 3.5-1.5 6-4.2 6-8V5z" />
    <path d="m7.5 10 2 2 3.5-4" />
  </Icon>
);
export const BranchIcon = () => (
  <Icon>
    <circle cx="4.5" cy="4.5" r="1.8" />
    <circle cx="4.5" cy="15.5" r="1.8" />
    <circle cx="15.5" cy="10" r="1.8" />
    <path d="M6.3 4.5C10 4.5 9 10 13.7 10M6.3 15.5C10 15.5 9 10 13.7 10" />
  </Icon>
);
export const ImageIcon = () => (
  <Icon>
    <rect x="3" y="4" width="14" height="12" rx="1.5" />
    <circle cx="7.2" cy="8.2" r="1.3" />
    <path d="m3.5 14.5 4-3.5 2.5 2 3.5-4 3 3.5" />
  </Icon>
);
export const CoinIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="7" />
    <path d="M10 6v8M12.3 7.5C11.8 7 11 6.7 10 6.7c-1.3 0-2.3.6-2.3 1.6 0 2.3 4.8 1.1 4.8 3.4 0 1-1.1 1.7-2.5 1.7-1.1 0-2-.4-2.5-1" />
  </Icon>
);
