import Sequencer from '@jest/test-sequencer';

/** What plays in clouds takes far longer than what does not. */
const LONG = /[/\\]test[/\\](commands|page|proof|upgrade|workflows)[/\\]/;

/** Long ones first, so that at the end no core waits for another's last one. Jest itself goes by the sizes of files. */
export default class LongFirst extends Sequencer {
  sort(tests) {
    const all = super.sort(tests);
    return [...all.filter(({ path }) => LONG.test(path)), ...all.filter(({ path }) => !LONG.test(path))];
  }
}
