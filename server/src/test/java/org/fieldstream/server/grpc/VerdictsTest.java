package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A session remembers what it may be told about, and no more. */
final class VerdictsTest {
  private static final int WINDOW = Verdicts.WINDOW;

  @Test
  void theLastProposalsCanBeJudgedOnce() {
    Verdicts verdicts = new Verdicts(1000);
    assertThatThrownBy(() -> verdicts.judge(1000, List.of(true)))
        .hasMessage("verdict.first_index: 1000 (expected: none was sent yet)");
    long end = 1000;
    for (int k = 0; k < 40; k++) {
      end += WINDOW / 8;
      verdicts.sent(end);
      assertThat(verdicts.judge(end - 3, List.of(true, false))).isEqualTo(1);
      long again = end;
      assertThatThrownBy(() -> verdicts.judge(again - 4, List.of(true, true)))
          .hasMessage(
              "verdict.first_index: %d again (expected: each proposal judged once)", end - 3);
      if (end - WINDOW > 1000) {
        assertThat(verdicts.judge(end - WINDOW, List.of(true))).as("%d", k).isEqualTo(1);
      }
    }
    long last = end;
    assertThatThrownBy(() -> verdicts.judge(last - WINDOW - 1, List.of(true)))
        .hasMessageContaining("(expected: one of the last 1048576 proposals)");
    assertThat(verdicts.judge(last - WINDOW + 1, Collections.nCopies(100, false))).isZero();
  }
}
