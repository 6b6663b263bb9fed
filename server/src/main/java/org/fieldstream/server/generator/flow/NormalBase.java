package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * Standard normals, drawn by the program itself: {@code log q(z) = -z.z/2 - (V/2) log 2 pi}.
 *
 * @param sites V
 */
public record NormalBase(int sites) implements Base {
  private static final String SQUARE = "z2";

  @Override
  public Value add(ProgramBuilder b) {
    return b.normal(0, 1, sites);
  }

  @Override
  public void tell(ProgramBuilder b, Value z) {
    b.output(SQUARE, b.dot(z, z));
  }

  private double logDensity(double square) {
    return -0.5 * square - 0.5 * sites * Math.log(2 * Math.PI);
  }

  @Override
  public double logDensity(double[] z) {
    double square = 0;
    for (double normal : z) {
      square += normal * normal;
    }
    return logDensity(square);
  }

  @Override
  public Draws open(Program program, int threads) {
    int square = program.output(SQUARE);
    return new Draws() {
      @Override
      public void prepare(Lanes lanes, int count) {
        // The program draws.
      }

      @Override
      public double logDensity(Lanes lanes, int lane) {
        return NormalBase.this.logDensity(lanes.sum(square, lane));
      }

      @Override
      public void close() {}
    };
  }
}
