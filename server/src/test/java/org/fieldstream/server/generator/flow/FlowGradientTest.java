package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Phi4;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients by theta: whole ones against finite differences, path gradients against whole ones. */
class FlowGradientTest {
  private static final Lattice LATTICE = Lattice.of(4, 4);
  private static final Phi4 PHI4 = Phi4.massForm(LATTICE, -4, 6);

  static Stream<Flow> wholeGradientFlows() {
    return Stream.of(
        new OdeShape(1, 2, 3, 3).on(LATTICE),
        new Scoreless(split("1:2,0:2")),
        new Scoreless(split("0:1")),
        new Scoreless(affine()));
  }

  private static Flow affine() {
    return AffineShape.parse(3, "3", 3).on(LATTICE);
  }

  static Stream<Flow> pathGradientFlows() {
    return Stream.of(
        split("1:1,0:2"), SplitShape.parse("1:1,0:2", 3, 2, 0.25).on(LATTICE), affine());
  }

  private static Flow split(String blocks) {
    return SplitShape.parse(blocks, 3, 2).on(LATTICE);
  }

  @ParameterizedTest
  @MethodSource("wholeGradientFlows")
  void wholeGradientsAreTheSlopesOfTheLoss(Flow flow) {
    FlowProgram built = FlowProgram.build(flow, PHI4::action, true);
    assertThat(built.pathGradient()).isFalse();
    double[] theta = FlowProbe.moved(flow, 0.05, 3);
    Loss loss = new Loss(flow, built);
    double[] gradient = loss.gradient(theta);
    assertThat(norm(gradient)).isGreaterThan(1);
    Random random = new Random(4);
    for (int direction = 0; direction < 12; direction++) {
      // Some single values, some random combinations.
      double[] along = new double[theta.length];
      if (direction < 6) {
        along[random.nextInt(theta.length)] = 1;
      } else {
        Arrays.setAll(along, i -> random.nextGaussian() / Math.sqrt(theta.length));
      }
      // Parameters are floats, so the step is large and the difference of fourth order.
      double slope =
          (8 * loss.difference(theta, along, 4e-3) - loss.difference(theta, along, 8e-3)) / 48e-3;
      double stated = 0;
      for (int i = 0; i < theta.length; i++) {
        stated += gradient[i] * along[i];
      }
      assertThat(stated)
          .as("direction %d", direction)
          .isCloseTo(slope, within(2e-3 * norm(gradient)));
    }
  }

  @ParameterizedTest
  @MethodSource("pathGradientFlows")
  void pathAndWholeGradientsAgreeInTheMean(Flow flow) {
    double[] theta = FlowProbe.moved(flow, 0.03, 5);
    int batches = 200;
    int batch = 32;
    double[] sum = new double[theta.length];
    double[] squares = new double[theta.length];
    try (ReferenceMachine machine = new ReferenceMachine();
        FlowSampler path = new FlowSampler(flow, PHI4::action, 0, true, machine);
        FlowSampler whole = new FlowSampler(new Scoreless(flow), PHI4::action, 0, true, machine)) {
      path.parameters(theta);
      whole.parameters(theta);
      double[] a = new double[theta.length];
      double[] b = new double[theta.length];
      for (int n = 0; n < batches; n++) {
        path.run(11, n * batch, batch);
        whole.run(11, n * batch, batch);
        path.gradient(theta, batch, a);
        whole.gradient(theta, batch, b);
        for (int i = 0; i < a.length; i++) {
          sum[i] += a[i] - b[i];
          squares[i] += (a[i] - b[i]) * (a[i] - b[i]);
        }
      }
    }
    double chi2 = 0;
    for (int i = 0; i < sum.length; i++) {
      double mean = sum[i] / batches;
      double sigma = Math.sqrt((squares[i] / batches - mean * mean) / batches);
      assertThat(sigma).as("the estimators of theta[%d] differ", i).isPositive();
      assertThat(mean / sigma).as("theta[%d], in sigma", i).isCloseTo(0, within(4.5));
      chi2 += mean * mean / (sigma * sigma) / sum.length;
    }
    assertThat(chi2).as("mean square of the pulls").isBetween(0.3, 2.0);
  }

  @Test
  void atTheTargetThePathGradientHasNoNoise() {
    // A free field, and a flow that is its spectrum: q = exp(-S)/Z.
    Phi4 free = Phi4.massForm(LATTICE, 1, 0);
    Flow flow = split("0:1");
    double[] theta = flow.initial(1);
    SpectralOrbits orbits = new SpectralOrbits(LATTICE);
    for (Flow.Tensor tensor : flow.tensors()) {
      if (tensor.name().endsWith("weight")) {
        Arrays.fill(theta, tensor.offset(), tensor.offset() + tensor.size(), 0);
      }
    }
    for (int o = 0; o < orbits.size(); o++) {
      theta[o] = -0.5 * Math.log(2 * free.eigenvalue(orbits.khat2(o)));
    }
    try (ReferenceMachine machine = new ReferenceMachine();
        FlowSampler path = new FlowSampler(flow, free::action, 0, true, machine);
        FlowSampler whole = new FlowSampler(new Scoreless(flow), free::action, 0, true, machine)) {
      double[] quiet = new double[theta.length];
      double[] noisy = new double[theta.length];
      path.parameters(theta);
      path.run(1, 0, 16);
      path.gradient(theta, 16, quiet);
      whole.parameters(theta);
      whole.run(1, 0, 16);
      whole.gradient(theta, 16, noisy);
      assertThat(norm(quiet)).isLessThan(1e-3);
      assertThat(norm(noisy)).isGreaterThan(1);
    }
  }

  private static double norm(double[] v) {
    return Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
  }

  /** S - log J + logScale at fixed normals, in double. */
  private static final class Loss {
    private final Flow flow;
    private final FlowProgram built;
    private final ReferenceExecutable executable;

    Loss(Flow flow, FlowProgram built) {
      this.flow = flow;
      this.built = built;
      executable = (ReferenceExecutable) new ReferenceMachine().load(built.program());
    }

    private double[][] run(double[] theta) {
      float[] parameters = new float[built.program().parameterCount()];
      built.parameters().fill(theta, parameters);
      double[] wide = new double[parameters.length];
      Arrays.setAll(wide, i -> parameters[i]);
      executable.parameters(wide);
      return executable.evaluate(7, 0);
    }

    double difference(double[] theta, double[] along, double h) {
      return value(moved(theta, along, h)) - value(moved(theta, along, -h));
    }

    private static double[] moved(double[] theta, double[] along, double h) {
      double[] result = new double[theta.length];
      Arrays.setAll(result, i -> theta[i] + h * along[i]);
      return result;
    }

    private double value(double[] theta) {
      double[][] outputs = run(theta);
      double sum = outputs[FlowProgram.ACTION][0] + flow.logScale(theta);
      List<Program.Port> ports = built.program().outputs();
      for (int o = 0; o < ports.size(); o++) {
        if (ports.get(o).name().startsWith("log_jacobian_")) {
          sum -= outputs[o][0];
        }
      }
      return sum;
    }

    double[] gradient(double[] theta) {
      double[][] outputs = run(theta);
      double[] byParameter = new double[built.program().parameterCount()];
      for (Parameter p : built.program().parameters()) {
        int output = position("grad " + p.name());
        if (output >= 0) {
          System.arraycopy(outputs[output], 0, byParameter, p.offset(), p.length());
        }
      }
      double[] gradient = new double[theta.length];
      built.parameters().pullback(theta, byParameter, gradient);
      flow.addLogScaleGradient(gradient);
      return gradient;
    }

    private int position(String name) {
      List<Program.Port> ports = built.program().outputs();
      for (int o = 0; o < ports.size(); o++) {
        if (ports.get(o).name().equals(name)) {
          return o;
        }
      }
      return -1;
    }
  }

  /** A flow without its score, so that gradients are whole ones. */
  private record Scoreless(Flow flow) implements Flow {
    @Override
    public Lattice lattice() {
      return flow.lattice();
    }

    @Override
    public List<Tensor> tensors() {
      return flow.tensors();
    }

    @Override
    public double[] initial(long seed) {
      return flow.initial(seed);
    }

    @Override
    public Mapped map(ProgramBuilder b, Value z, boolean score) {
      return flow.map(b, z, false);
    }

    @Override
    public double logScale(double[] theta) {
      return flow.logScale(theta);
    }

    @Override
    public void addLogScaleGradient(double[] gradient) {
      flow.addLogScaleGradient(gradient);
    }

    @Override
    public boolean invertible(double[] theta) {
      return flow.invertible(theta);
    }

    @Override
    public boolean project(double[] theta) {
      return flow.project(theta);
    }
  }
}
