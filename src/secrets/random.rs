//! Secrets that are made here: states, nonces, verifiers, sessions, links.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::CryptoRng;
use secrecy::SecretString;
use zeroize::Zeroizing;

/// 256 random bits in 43 letters of base64url (RFC 4648 §5): as long as a PKCE verifier has to be at least
/// (RFC 7636 §4.1).
pub fn random_secret(random: &mut impl CryptoRng) -> SecretString {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    random.fill_bytes(bytes.as_mut_slice());
    URL_SAFE_NO_PAD.encode(bytes.as_slice()).into()
}
