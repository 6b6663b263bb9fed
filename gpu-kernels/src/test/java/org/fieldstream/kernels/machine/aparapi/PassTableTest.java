package org.fieldstream.kernels.machine.aparapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.fieldstream.kernels.program.Gradient;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.junit.jupiter.api.Test;

/** Which passes a program becomes. */
class PassTableTest {
  private static final int SITES = 16;
  private static final int CHANNELS = 2;
  private static final int SINES = 3;

  /** Passes of the gradient of a series, with only some of it wanted. */
  private static int passes(boolean plane, boolean byField, boolean byParameter) {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input("x", plane ? CHANNELS : 1, SITES);
    Value y;
    Parameter p;
    if (plane) {
      p = b.parameter("p", SINES * (CHANNELS + 1));
      y = b.planeSines(x, SINES, p);
    } else {
      p = b.parameter("p", SINES + 2 * (SINES + 1));
      y = b.sines(x, SINES, 2, false, p);
    }
    Gradient gradient = b.pullback(Map.of(y, b.input("g", 2, SITES)));
    if (byField) {
      b.output("field", gradient.by(x));
    }
    if (byParameter) {
      b.output("parameter", gradient.by(p));
    }
    return new PassTable(b.build()).passes();
  }

  @Test
  void whatNothingReadsHasNoPass() {
    for (boolean plane : new boolean[] {false, true}) {
      // Two inputs; a pass and an output for each thing wanted.
      assertThat(passes(plane, true, true)).isEqualTo(6);
      assertThat(passes(plane, true, false)).isEqualTo(4);
      assertThat(passes(plane, false, true)).isEqualTo(4);
    }
  }
}
