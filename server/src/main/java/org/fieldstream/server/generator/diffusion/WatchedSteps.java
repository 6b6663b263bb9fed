package org.fieldstream.server.generator.diffusion;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.generator.flow.DenoisingFlow.Watched;
import org.fieldstream.server.generator.flow.Flow.Mapped;
import org.fieldstream.server.generator.flow.ParameterMap;

/**
 * Steps of a {@link ScoreFlow} before and after which its field is looked at: {@code phi_k =
 * sqrt(G_k + sigma^2) y_k} with the y that the integrator has there. Each costs one transform, a
 * few percent of a step.
 *
 * @param flow the flow
 * @param seen which steps
 */
record WatchedSteps(ScoreFlow flow, SeenLevels seen) {
  static WatchedSteps of(ScoreFlow flow) {
    int steps = flow.parameters().shape().steps();
    return new WatchedSteps(flow, SeenLevels.of(steps, flow.lattice().sites()));
  }

  private NoiseLevel level(double[] theta, int step) {
    ScoreParameters at = flow.parameters();
    return new NoiseLevel(at, theta, (double) step / at.shape().steps());
  }

  /** Strengths of the noise there, from most to 0. */
  double[] sigmas(double[] theta) {
    int[] steps = seen.withNoise();
    double[] sigmas = new double[steps.length + 1];
    for (int k = 0; k < steps.length; k++) {
      sigmas[k] = Math.sqrt(level(theta, steps[k]).sigma2());
    }
    return sigmas;
  }

  /** Adds the flow to a program, and what is looked at. */
  Watched watch(ProgramBuilder b, Value z) {
    ScoreFlow.Path path = flow.path(b, z);
    Map<Integer, Parameter> spreads = new LinkedHashMap<>();
    for (int step : seen.withNoise()) {
      spreads.put(step, b.parameter("spread " + step, flow.parameters().orbits().size()));
    }
    List<Value> levels =
        spreads.entrySet().stream().map(e -> field(b, path, e.getKey(), e.getValue())).toList();
    Mapped end = flow.end(b, path);
    ParameterMap parameters = new Parameters(end.parameters(), spreads);
    return new Watched(new Mapped(end.phi(), end.logJacobians(), parameters, null), levels);
  }

  private Value field(ProgramBuilder b, ScoreFlow.Path path, int step, Parameter spread) {
    int[] slots = flow.parameters().orbits().slots();
    Value modes = b.times(path.whitened().get(step), spread, slots);
    Value field = Fourier.hartley(b, modes, flow.lattice());
    Parameter mean = path.mean();
    if (mean == null) {
      return field;
    }
    return b.mul(b.plus(field, mean, new int[flow.lattice().sites()]), ScoreFlow.sign(b));
  }

  /** Parameters of the flow, and by step those that make a field of whitened modes. */
  private final class Parameters implements ParameterMap {
    private final ParameterMap flowParameters;
    private final Map<Integer, Parameter> spreads;

    Parameters(ParameterMap flowParameters, Map<Integer, Parameter> spreads) {
      this.flowParameters = flowParameters;
      this.spreads = spreads;
    }

    @Override
    public void fill(double[] theta, float[] parameters) {
      flowParameters.fill(theta, parameters);
      spreads.forEach(
          (step, at) -> {
            double[] spread = level(theta, step).spread();
            for (int o = 0; o < spread.length; o++) {
              parameters[at.offset() + o] = (float) spread[o];
            }
          });
    }

    @Override
    public void pullback(double[] theta, double[] parameterGradient, double[] gradient) {
      flowParameters.pullback(theta, parameterGradient, gradient);
    }
  }
}
