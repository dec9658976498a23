// One line a check, and a last line that counts them.
const counts = { passed: 0, failed: 0 };

/** check runs f; the check fails when f throws, and it never throws itself. */
export async function check(name, f) {
  try {
    await f();
    counts.passed++;
    console.log(`ok      ${name}`);
    return true;
  } catch (e) {
    counts.failed++;
    console.log(`FAILED  ${name}\n        ${String(e.message ?? e).replaceAll("\n", "\n        ")}`);
    return false;
  }
}

/** story runs steps that build on each other: after the first failure the others count as failed without being run. */
export async function story(steps) {
  let whole = true;
  for (const [name, f] of steps) {
    whole = await check(name, whole ? f : () => Promise.reject(new Error("not reached")));
  }
}

/** expect throws what is wrong unless ok holds. */
export function expect(ok, wrong) {
  if (!ok) throw new Error(wrong);
}

/** summary prints the counts and returns the exit code. Nothing checked is a failure too. */
export function summary() {
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}
