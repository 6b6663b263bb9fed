package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/** A flow's map in double, as a function of the normals z that are its input. */
final class FlowProbe {
  private final Flow flow;
  private final ReferenceExecutable executable;
  private final ParameterMap map;
  private final int jacobians;
  private double logScale;

  /**
   * Builds the map.
   *
   * @param fromField whether the input is the field x of which z is the Hartley transform, so that
   *     symmetries of the lattice act on it
   * @param score whether the score is wanted
   */
  FlowProbe(Flow flow, boolean fromField, boolean score) {
    this.flow = flow;
    Lattice lattice = flow.lattice();
    ProgramBuilder b = new ProgramBuilder();
    Value input = b.input("z", 1, lattice.sites());
    Value z = fromField ? Fourier.hartley(b, input, lattice) : input;
    Flow.Mapped mapped = flow.map(b, z, score);
    map = mapped.parameters();
    b.output("phi", mapped.phi());
    int n = 0;
    for (Value sum : mapped.logJacobians()) {
      b.output("log_jacobian_" + n++, sum);
    }
    jacobians = n;
    Value direct = mapped.score();
    if (direct != null) {
      b.output("score", b.pullback(Map.of(mapped.phi(), direct)).by(input));
      Map<Value, Double> logDensity = new LinkedHashMap<>();
      logDensity.put(b.dot(z, z), -0.5);
      mapped.logJacobians().forEach(sum -> logDensity.put(sum, -1.0));
      b.output("gradient", b.gradient(logDensity).by(input));
    }
    Program program = b.build();
    executable = (ReferenceExecutable) new ReferenceMachine().load(program);
  }

  /** Sets theta. */
  FlowProbe at(double[] theta) {
    float[] parameters = new float[executable.program().parameterCount()];
    map.fill(theta, parameters);
    double[] wide = new double[parameters.length];
    Arrays.setAll(wide, i -> parameters[i]);
    executable.parameters(wide);
    logScale = flow.logScale(theta);
    return this;
  }

  private double[][] run(double[] z) {
    return executable.evaluate(0, 0, z);
  }

  /** f(z). */
  double[] phi(double[] z) {
    return run(z)[0];
  }

  /** log |det df/dz| as the flow states it. */
  double logJacobian(double[] z) {
    double[][] outputs = run(z);
    double sum = -logScale;
    for (int j = 0; j < jacobians; j++) {
      sum += outputs[1 + j][0] + outputs[1 + j][1];
    }
    return sum;
  }

  /** The stated score pulled back to z: J^T dlog q/dphi. */
  double[] pulledScore(double[] z) {
    return run(z)[1 + jacobians];
  }

  /** The gradient of log q(f(z)) by z. */
  double[] densityGradient(double[] z) {
    return run(z)[2 + jacobians];
  }

  /** log |det df/dz| by central differences of fourth order. */
  double numericalLogJacobian(double[] z) {
    return numericalLogJacobian(z, 1e-3);
  }

  /** As {@link #numericalLogJacobian(double[])}, with a step h. */
  double numericalLogJacobian(double[] z, double h) {
    double[][] columns = new double[z.length][];
    for (int i = 0; i < z.length; i++) {
      double[] near = difference(z, i, h);
      double[] far = difference(z, i, 2 * h);
      columns[i] = new double[z.length];
      Arrays.setAll(columns[i], k -> (8 * near[k] - far[k]) / (12 * h));
    }
    return logDeterminant(columns);
  }

  private double[] difference(double[] z, int i, double h) {
    double[] moved = z.clone();
    moved[i] = z[i] + h;
    double[] high = phi(moved);
    moved[i] = z[i] - h;
    double[] low = phi(moved);
    Arrays.setAll(high, k -> high[k] - low[k]);
    return high;
  }

  /** log |det| by Gaussian elimination with partial pivoting; the matrix is modified. */
  static double logDeterminant(double[][] m) {
    double sum = 0;
    for (int i = 0; i < m.length; i++) {
      int pivot = i;
      for (int r = i + 1; r < m.length; r++) {
        if (Math.abs(m[r][i]) > Math.abs(m[pivot][i])) {
          pivot = r;
        }
      }
      double[] row = m[pivot];
      m[pivot] = m[i];
      m[i] = row;
      sum += Math.log(Math.abs(row[i]));
      for (int r = i + 1; r < m.length; r++) {
        double factor = m[r][i] / row[i];
        for (int c = i; c < m.length; c++) {
          m[r][c] -= factor * row[c];
        }
      }
    }
    return sum;
  }

  /** Standard normals. */
  static double[] normals(int sites, long seed) {
    Random random = new Random(seed);
    double[] z = new double[sites];
    Arrays.setAll(z, i -> random.nextGaussian());
    return z;
  }

  /** Starting values with everything moved visibly, and invertible. */
  static double[] moved(Flow flow, long seed) {
    return moved(flow, Math.min(1.0 / 8, 1.0 / (1 << (2 * flow.lattice().dimensions()))), seed);
  }

  /**
   * Starting values, moved.
   *
   * @param by standard deviation of what is added to each weight; a site has 3^D - 1 neighbours
   *     that it multiplies
   */
  static double[] moved(Flow flow, double by, long seed) {
    Random random = new Random(seed);
    double[] theta = flow.initial(seed);
    for (Flow.Tensor tensor : flow.tensors()) {
      double width =
          switch (tensor.name()) {
            case "layer.weight", "ode.weight", "gate.weight" -> by;
            default -> 0.1;
          };
      for (int i = 0; i < tensor.size(); i++) {
        theta[tensor.offset() + i] += width * random.nextGaussian();
      }
    }
    flow.project(theta);
    return theta;
  }
}
