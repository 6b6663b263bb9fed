package org.fieldstream.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Lanes are dealt in equal shares, and none is left while somebody wants it. */
final class LaneSharesTest {
  @Test
  void equalSharesAndTheRestToWhoWantsIt() {
    assertThat(LaneShares.deal(new long[] {100, 100, 100}, 30)).containsExactly(10, 10, 10);
    assertThat(LaneShares.deal(new long[] {2, 100, 100}, 30)).containsExactly(2, 14, 14);
    assertThat(LaneShares.deal(new long[] {2, 3, Long.MAX_VALUE}, 30)).containsExactly(2, 3, 25);
    assertThat(LaneShares.deal(new long[] {5, 5, 5}, 2)).containsExactly(1, 1, 0);
    assertThat(LaneShares.deal(new long[] {1, 0, 1}, 30)).containsExactly(1, 0, 1);
    assertThat(LaneShares.deal(new long[] {}, 30)).isEmpty();
  }

  @Test
  void nothingIsLostWhateverIsWanted() {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 2000; round++) {
      long[] wanted = random.longs(random.nextInt(1, 12), 0, 40).toArray();
      int lanes = random.nextInt(1, 100);
      int[] shares = LaneShares.deal(wanted, lanes);
      assertThat(Arrays.stream(shares).sum())
          .isEqualTo((int) Math.min(lanes, Arrays.stream(wanted).sum()));
      for (int a = 0; a < wanted.length; a++) {
        assertThat((long) shares[a]).isBetween(0L, wanted[a]);
        for (int b = 0; b < wanted.length; b++) {
          // Nobody has two more than another who is still hungry.
          assertThat(shares[a] > shares[b] + 1 && shares[b] < wanted[b]).isFalse();
        }
      }
    }
  }
}
