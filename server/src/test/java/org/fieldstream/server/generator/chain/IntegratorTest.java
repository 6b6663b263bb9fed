package org.fieldstream.server.generator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.server.theory.Dynamics;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.U1;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reversibility and order of the integrators. */
class IntegratorTest {
  private static final Lattice LATTICE = Lattice.of(6, 4);
  private static final int MOMENTUM = 4;

  static Stream<Dynamics> theories() {
    return Stream.of(Phi4.massForm(LATTICE, -4, 6.008), new U1(LATTICE, 12));
  }

  static Stream<Arguments> all() {
    return theories()
        .flatMap(theory -> Arrays.stream(Integrator.values()).map(i -> Arguments.of(i, theory)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aTrajectoryRunsBackwardsToWhereItCameFrom(Integrator integrator, Dynamics theory) {
    Program program = TrajectoryProgram.given(theory, integrator, 12);
    double[] phi = gaussian(theory, 3, 0.4);
    double[] p = gaussian(theory, 4, 1);
    ReferenceExecutable exact = reference(program, integrator, 1.0 / 12);
    double[][] there = exact.evaluate(0, 0, phi, p);
    double[][] back = exact.evaluate(0, 0, there[0], negative(there[MOMENTUM]));
    assertThat(distance(there[0], phi)).isGreaterThan(0.1);
    assertThat(distance(back[0], phi)).isLessThan(1e-13);
    assertThat(distance(negative(back[MOMENTUM]), p)).isLessThan(1e-12);
  }

  @ParameterizedTest
  @MethodSource("all")
  void aTrajectoryRunsBackwardsInFloat32Too(Integrator integrator, Dynamics theory) {
    Program program = TrajectoryProgram.given(theory, integrator, 12);
    try (VectorMachine machine = new VectorMachine(1);
        Executable executable = machine.load(program)) {
      Lanes lanes = new Lanes(program, 1);
      integrator.stepSize(1.0 / 12, lanes.parameters());
      double[] phi = gaussian(theory, 3, 0.4);
      double[] p = gaussian(theory, 4, 1);
      for (int x = 0; x < phi.length; x++) {
        lanes.input("phi")[x] = (float) phi[x];
        lanes.input("momentum")[x] = (float) p[x];
      }
      executable.run(lanes);
      for (int x = 0; x < phi.length; x++) {
        lanes.input("phi")[x] = lanes.output("phi")[x];
        lanes.input("momentum")[x] = -lanes.output("momentum")[x];
      }
      executable.run(lanes);
      for (int x = 0; x < phi.length; x++) {
        // 24 roundings of 6e-8 each, along a trajectory that hardly diverges.
        assertThat((double) lanes.output("phi")[x]).isCloseTo(phi[x], within(5e-6));
        assertThat((double) -lanes.output("momentum")[x]).isCloseTo(p[x], within(2e-5));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void theEnergyErrorIsOfSecondOrder(Integrator integrator, Dynamics theory) {
    double coarse = energyError(integrator, theory, 60);
    double fine = energyError(integrator, theory, 120);
    double finest = energyError(integrator, theory, 240);
    // dH = c eps^2 + O(eps^4): each halving divides by 4, ever more closely.
    assertThat(coarse / fine).isCloseTo(4, within(0.2));
    assertThat(fine / finest).isCloseTo(4, within(0.05));
  }

  @ParameterizedTest
  @MethodSource("theories")
  void theMinimumNormSchemeIsMoreAccurateAtEqualCost(Dynamics theory) {
    assertThat(Math.abs(energyError(Integrator.OMELYAN, theory, 10)))
        .isLessThan(Math.abs(energyError(Integrator.LEAPFROG, theory, 20)));
  }

  private static double energyError(Integrator integrator, Dynamics theory, int steps) {
    Program program = TrajectoryProgram.given(theory, integrator, steps);
    double[] phi = gaussian(theory, 3, 0.4);
    double[][] out =
        reference(program, integrator, 1.0 / steps).evaluate(0, 0, phi, gaussian(theory, 4, 1));
    return out[TrajectoryProgram.ACTION][0]
        - programAction(theory, phi)
        + 0.5 * (out[TrajectoryProgram.KINETIC_END][0] - out[TrajectoryProgram.KINETIC_START][0]);
  }

  /** The action as programs know it, couplings in float32: no steps at all. */
  private static double programAction(Dynamics theory, double[] phi) {
    Program still = TrajectoryProgram.given(theory, Integrator.LEAPFROG, 1);
    return reference(still, Integrator.LEAPFROG, 0)
        .evaluate(0, 0, phi, new double[phi.length])[TrajectoryProgram.ACTION][0];
  }

  private static ReferenceExecutable reference(Program program, Integrator integrator, double eps) {
    ReferenceExecutable executable = (ReferenceExecutable) new ReferenceMachine().load(program);
    float[] parameters = new float[program.parameterCount()];
    integrator.stepSize(eps, parameters);
    double[] exact = new double[parameters.length];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = parameters[i];
    }
    executable.parameters(exact);
    return executable;
  }

  private static double[] gaussian(Dynamics theory, long seed, double scale) {
    Random random = new Random(seed);
    int size = theory.components() * theory.sites();
    return random.doubles(size).map(u -> scale * random.nextGaussian()).toArray();
  }

  private static double[] negative(double[] a) {
    return java.util.Arrays.stream(a).map(x -> -x).toArray();
  }

  private static double distance(double[] a, double[] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
    }
    return most;
  }
}
