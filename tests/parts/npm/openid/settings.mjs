// What a test may change about the provider while it runs. Times are in seconds.

const HOUR = 3600;
const MONTHS = 90 * 24 * HOUR;

// Each of them opens a mailbox; the first is this provider's own, the others are what clients of the large providers
// ask for, so that their presets can be tried here.
export const MAIL_SCOPES = [
  'mail',
  'https://mail.google.com/',
  'https://outlook.office.com/IMAP.AccessAsUser.All',
  'https://outlook.office365.com/.default',
];

export const settings = {
  // How long new tokens live.
  accessTokenLives: HOUR,
  refreshTokenLives: MONTHS,
  // Whether a refresh gives a new refresh token, and for how long the used one is taken again nevertheless.
  rotation: false,
  rotationGrace: 0,
  // Who gets a refresh token: 'always', 'never', or 'offline': who asked for offline_access (with prompt=consent).
  refreshTokens: 'always',
  // Whether the account is taken that the browser is signed in with, whatever login_hint says.
  ignoresLoginHint: false,
  // The mailbox that app-only tokens open which are given out from now on.
  appMailbox: undefined,
  // What the device flow tells as the time between two questions.
  deviceInterval: 1,
  // Whether nobody's consent and no token is given until an administrator has agreed.
  adminMustAgree: false,
  // {account: mailbox}: whose tokens open a mailbox besides their own, from the next that is given out.
  fullAccess: {},
  // {error, error_description} for the next person who presses "Allow".
  refuseNext: undefined,
};
