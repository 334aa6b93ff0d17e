// Counts what holds and what does not, in plain lines.

export function checks() {
  let passed = 0;
  let failed = 0;

  function check(name, holds, detail = '') {
    if (holds) {
      passed += 1;
      console.log(`ok    ${name}`);
    } else {
      failed += 1;
      console.log(`FAIL  ${name}${detail ? `: ${detail}` : ''}`);
    }
  }

  return {
    check,

    // scene runs one part; what it throws (a time-out, mostly) is one failure and does not stop the others.
    async scene(name, body) {
      try {
        await body();
      } catch (error) {
        check(name, false, String(error).split('\n').slice(0, 3).join(' '));
      }
    },

    summary() {
      console.log(`${passed} passed, ${failed} failed`);
      return failed === 0 && passed > 0;
    },
  };
}
