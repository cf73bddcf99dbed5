// The provider's pages: plain HTML with stable ids and nothing from elsewhere.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const SAY = {
  openid: 'Know who you are',
  offline_access: 'Stay connected while you are away',
  email: 'See your address',
  profile: 'See your name',
};

function safe(text) {
  return String(text ?? '').replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

function page(title, content) {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${safe(title)}</title>
<style>body { font: 1rem/1.5 sans-serif; margin: 2rem auto; max-width: 30rem; padding: 0 1rem } label { display: block }</style>
</head>
<body>
<main>
<h1>${safe(title)}</h1>
${content}
</main>
</body>
</html>
`;
}

// Asks for an address and any password; who is signed in already may go on as that.
export function signInPage({ action, client, signedIn, hint, mayGoOn }) {
  const goOn = `<p id="signed-in">You are signed in as <strong id="account">${safe(signedIn)}</strong>.</p>
<form method="post" action="${action}/continue"><button id="continue">Continue as ${safe(signedIn)}</button></form>
<h2>Or another account</h2>`;
  return page('Sign in', `<p>to go on to <span id="client">${safe(client)}</span></p>
${signedIn && mayGoOn ? goOn : ''}
<form method="post" action="${action}/sign-in">
<p><label for="address">Address</label><input id="address" name="address" type="text" value="${safe(hint)}" required></p>
<p><label for="password">Password</label><input id="password" name="password" type="password" required></p>
<button id="sign-in">Sign in</button>
</form>
<form method="post" action="${action}/cancel"><button id="cancel">Cancel</button></form>`);
}

// Lists what is asked for; all but openid may be left out.
export function consentPage({ action, client, signedIn, scopes }) {
  const boxes = scopes.map((scope) => `<label><input type="checkbox" name="scope" value="${safe(scope)}" \
id="scope-${safe(scope)}" checked${scope === 'openid' ? ' disabled' : ''}> ${safe(SAY[scope] ?? `Read your mail (${scope})`)}</label>`);
  return page('Allow access', `<p><span id="client">${safe(client)}</span> wants to have access to the account
<strong id="account">${safe(signedIn)}</strong>.</p>
<form method="post" action="${action}/allow">
<fieldset><legend>It may</legend>
${boxes.join('\n')}
</fieldset>
<button id="allow">Allow</button>
</form>
<form method="post" action="${action}/cancel"><button id="cancel">Cancel</button></form>
<p><a id="another-account" href="${action}/another-account">Use another account</a></p>`);
}

// Asks an administrator to agree for the whole organization.
export function adminPage({ action, client }) {
  const button = (answer, says) => `<form method="post" action="${safe(action)}&amp;answer=${answer}">\
<button id="${answer}">${says}</button></form>`;
  return page('Permissions requested', `<p>for your organization by <span id="client">${safe(client)}</span></p>
${button('agree', 'Accept')}
${button('cancel', 'Cancel')}`);
}

// `form` is the provider's own, with its hidden fields.
export function codePage(form, error) {
  return page('Enter the code', `<p id="told">${error ? said(error) : 'Enter the code that your device shows.'}</p>
${form.replace('type="text"', 'type="text" id="code" aria-label="Code"')}
<button id="continue" type="submit" form="op.deviceInputForm">Continue</button>`);
}

function said(error) {
  if (error.name === 'AbortedError') return 'The sign-in was cancelled.';
  return error.userCode || error.name === 'NoCodeError' ? 'This code is not known. Try again.' : safe(error.message);
}

export function codeConfirmPage(form, client, code) {
  return page('Is this your device?', `<p><span id="client">${safe(client)}</span> shows the code <strong id="code">${safe(code)}</strong>.</p>
${form}
<button id="continue" type="submit" form="op.deviceConfirmForm">Continue</button>
<button id="cancel" type="submit" form="op.deviceConfirmForm" name="abort" value="yes">Cancel</button>`);
}

export function deviceDonePage() {
  return page('Done', '<p id="done">Your device is connected. You can close this page.</p>');
}

export function errorPage({ error, error_description: description }) {
  return page('Something went wrong', `<p id="error">${safe(error)}</p><p id="description">${safe(description)}</p>`);
}
