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
        d="M6 24c2.200 0 2.200 1.600 4.400 1.600s2.200-1.600 4.400-1.600 2.200 1.600 4.400 1.600 2.200-1.600 4.400-1.600 2.200 1.600 2.400 1.600"
        fill="none"
        stroke="#7fd3d0"
        strokeWidth="2.200"
        strokeLinecap="round"
      />
    </svg>
  );
}
