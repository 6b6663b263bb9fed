package org.fieldstream.server.generator.flow;

import java.util.List;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/** A flow that takes noise out of a field step by step, and can show the field on the way. */
public interface DenoisingFlow extends Flow {
  /** Strengths of the noise that it passes, from most to 0. */
  double[] noiseLevels(double[] theta);

  /**
   * Adds {@code phi = f(z)} to a program as {@link #map} does, without a score, and the field at
   * each of {@link #noiseLevels} but the last.
   *
   * @param z a draw of the base, {@code [1][V]}
   */
  Watched watch(ProgramBuilder b, Value z);

  /**
   * A map with what it passes.
   *
   * @param mapped the map; its parameters are those of the levels too
   * @param levels the field {@code [1][V]} at each level, from most noise on
   */
  record Watched(Mapped mapped, List<Value> levels) {
    public Watched {
      levels = List.copyOf(levels);
    }
  }
}
