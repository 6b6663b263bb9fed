package org.fieldstream.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.testing.GaussTheory;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theory;
import org.junit.jupiter.api.Test;

/** A chain's state between device batches. */
final class SampleTest {
  private static final int SIZE = 4;

  @Test
  void keepsItsOwnUntilItIsReleased() {
    Theory theory = GaussTheory.CATALOG.of(new Target("gauss", List.of(2, 2), Map.of("g", 1.0)));
    Sample sample = new Sample(SIZE, theory, new WatchedLevels(List.of(1), List.of(2.0)));
    float[] fields = {0, 0, 0, 0, 1, 2, 3, 4};
    float[] noisy = {0, 0, 0, 0, 5, 6, 7, 8};
    double[] numbers = {0, 1};
    float[][] levels = {new float[0], noisy};
    sample.set(theory, new DrawBatch(2, fields, numbers, numbers, levels), 1, 1, 0);
    assertThat(sample.levels()[0]).isSameAs(noisy);
    sample.keep();
    assertThat(sample.offset()).isZero();
    assertThat(sample.fields()).containsExactly(1, 2, 3, 4);
    assertThat(sample.levels()[0]).containsExactly(5, 6, 7, 8);
    sample.drop();
    assertThat(sample.levels()[0]).containsExactly(5, 6, 7, 8);
    sample.release();
    assertThat(sample.fields()).isEmpty();
    assertThat(sample.levels()).hasDimensions(1, 0);
  }
}
