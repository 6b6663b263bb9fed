package org.fieldstream.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The accept-reject rule by itself. */
final class MetropolisStageTest {
  private static final double NONE = Double.NEGATIVE_INFINITY;

  @Test
  void theFirstDrawIsTheStateWhateverItsWeight() {
    assertThat(new MetropolisStage(1).accept(0, NONE)).isTrue();
    assertThat(new MetropolisStage(1).accept(0, 5)).isTrue();
  }

  @Test
  void uphillIsAlwaysAccepted() {
    MetropolisStage stage = new MetropolisStage(1);
    for (int i = 0; i < 100; i++) {
      assertThat(stage.accept(i, i / 2)).isTrue();
    }
  }

  @Test
  void weightlessDrawsAreLeftAndNeverReturnedTo() {
    MetropolisStage stage = new MetropolisStage(1);
    stage.accept(0, NONE);
    assertThat(stage.accept(1, NONE)).isTrue();
    assertThat(stage.accept(2, -1000)).isTrue();
    for (int i = 3; i < 1000; i++) {
      assertThat(stage.accept(i, NONE)).isFalse();
    }
  }

  /** Two states of weights 1 and e^-1: downhill steps are accepted with probability e^-1. */
  @Test
  void downhillIsAcceptedWithItsProbability() {
    int downhill = 0;
    int n = 100_000;
    for (int i = 0; i < n; i++) {
      MetropolisStage stage = new MetropolisStage(77);
      stage.accept(-1, 0);
      downhill += stage.accept(i, -1) ? 1 : 0;
    }
    double p = Math.exp(-1);
    // Four standard deviations of a binomial.
    assertThat(Math.abs(downhill - n * p)).isLessThan(4 * Math.sqrt(n * p * (1 - p)));
  }

  @Test
  void aDecisionDependsOnSeedAndDrawAlone() {
    for (long draw : new long[] {0, 1, 12345, StreamPlan.MAX_INDEX + 3}) {
      MetropolisStage one = new MetropolisStage(9);
      one.accept(-1, 0);
      MetropolisStage two = new MetropolisStage(9);
      two.accept(-5, -3);
      two.accept(-4, 0);
      assertThat(one.accept(draw, -0.7)).isEqualTo(two.accept(draw, -0.7));
    }
  }
}
