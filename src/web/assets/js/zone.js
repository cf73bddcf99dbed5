// Says the browser's time zone to the next page, which tells times in it. Without it they are told in UTC.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes("mailroom-zone=" + zone)) {
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = "mailroom-zone=" + zone + ";path=/;samesite=lax;max-age=31536000" + secure;
}
