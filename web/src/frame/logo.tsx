export function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0e5a63" />
      <path
        d="M9 7v11m0-7h9.5a3.5 3.5 0 0 1 0 7H9"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path
        d="M6 24c2.2 0 2.2 1.6 4.4 1.6s2.2-1.6 4.4-1.6 2.2 1.6 4.4 1.6 2.2-1.6 4.6-1.6"
        fill="none"
        stroke="#7fd3d0"
        strokeWidth="2.200"
        strokeLinecap="round"
      />
    </svg>
  );
}
