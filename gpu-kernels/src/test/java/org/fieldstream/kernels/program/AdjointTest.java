package org.fieldstream.kernels.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every differentiable op's adjoint against central finite differences, both in double, by every
 * input and every parameter.
 */
class AdjointTest {
  private static final double STEP = 1e-5;
  private static final double RELATIVE = 1e-6;

  /** A program whose value is differentiated, through its dot product with fixed weights. */
  private record Case(String name, Consumer<Sketch> program) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A builder that remembers what it was asked for. */
  private static final class Sketch {
    final ProgramBuilder b = new ProgramBuilder();
    final List<Value> inputs = new ArrayList<>();
    final List<Parameter> parameters = new ArrayList<>();
    private Value result;

    Value input(int channels, int sites) {
      Value value = b.input("x" + inputs.size(), channels, sites);
      inputs.add(value);
      return value;
    }

    Parameter parameter(int length) {
      Parameter parameter = b.parameter("p" + parameters.size(), length);
      parameters.add(parameter);
      return parameter;
    }

    void result(Value value) {
      result = value;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    int[][] shapes = {{3, 4}, {1, 4}, {3, 1}, {1, 1}};
    for (int[] shape : shapes) {
      String with = " with " + Arrays.toString(shape);
      cases.add(binary("add" + with, shape, s -> (x, y) -> s.b.add(x, y)));
      cases.add(binary("sub" + with, shape, s -> (x, y) -> s.b.sub(x, y)));
      cases.add(binary("mul" + with, shape, s -> (x, y) -> s.b.mul(x, y)));
      cases.add(binary("div" + with, shape, s -> (x, y) -> s.b.div(x, y)));
    }
    cases.add(unary("square of itself", s -> x -> s.b.mul(x, x)));
    cases.add(unary("divided by its square", s -> x -> s.b.div(x, s.b.mul(x, x))));
    cases.add(unary("linear, constants", s -> x -> s.b.linear(0.5, x, -2, s.b.sin(x))));
    cases.add(
        unary(
            "linear, scalars", s -> x -> s.b.linear(s.b.scalar(2), x, s.b.scalar(3), s.b.exp(x))));
    cases.add(unary("affine", s -> x -> s.b.affine(-1.5, x, 4)));
    cases.add(unary("sin", s -> s.b::sin));
    cases.add(unary("cos", s -> s.b::cos));
    cases.add(unary("exp", s -> s.b::exp));
    cases.add(unary("log", s -> s.b::log));
    cases.add(unary("tanh", s -> s.b::tanh));
    cases.add(unary("leaky", s -> x -> s.b.leaky(0.25, s.b.affine(1, x, -1))));
    cases.add(unary("where", s -> x -> s.b.where(s.b.affine(1, x, -1), s.b.mul(x, x))));
    cases.add(
        unary(
            "leaky, twice",
            s -> x -> s.b.mul(s.b.leaky(3, s.b.leaky(0.25, s.b.affine(-1, x, 1))), x)));
    cases.add(unary("plus noise", s -> x -> s.b.mul(s.b.add(x, s.b.normal(0, 3, 4)), x)));
    cases.add(
        unary(
            "gather",
            s -> x -> s.b.gather(x, 2, 3, 2, new int[] {0, 5, 5, 5, -1, 0, 7, -1, 11, 0, 3, 2})));
    cases.add(unary("channels", s -> x -> s.b.channels(x, 1, 3)));
    cases.add(unary("concat", s -> x -> s.b.concat(s.b.sin(x), x, s.b.channels(x, 0, 1))));
    cases.add(unary("site sum", s -> x -> s.b.siteSum(s.b.mul(x, x))));
    cases.add(unary("broadcast channels", s -> x -> s.b.broadcast(s.b.siteSum(x), 3, 5)));
    cases.add(
        unary(
            "broadcast a channel",
            s -> x -> s.b.broadcast(s.b.siteSum(s.b.channels(x, 2, 3)), 4, 5)));
    int[] slot = {0, 1, 2, 3, 4, 0, 1, 0, 1, 4, 4, 4};
    cases.add(unary("times a parameter", s -> x -> s.b.times(x, s.parameter(5), slot)));
    cases.add(unary("plus a parameter", s -> x -> s.b.plus(x, s.parameter(5), slot)));
    cases.add(
        unary(
            "a parameter used twice",
            s ->
                x -> {
                  s.parameter(2);
                  Parameter p = s.parameter(5);
                  return s.b.plus(s.b.times(s.b.sin(s.b.times(x, p, slot)), p, slot), p, slot);
                }));
    cases.add(
        unary("times constants", s -> x -> s.b.times(s.b.siteSum(x), new float[] {1, -2, 0.5f})));
    for (Lattice lattice :
        List.of(Lattice.of(5), Lattice.of(3, 4), Lattice.of(2, 3, 2), Lattice.of(2, 2, 3, 2))) {
      onLattice(cases, lattice);
    }
    convolveAtSites(cases);
    for (int[] size : new int[][] {{1, 1}, {2, 3}, {3, 5}}) {
      for (boolean slope : new boolean[] {false, true}) {
        sines(cases, size[0], size[1], slope);
      }
    }
    for (int[] size : new int[][] {{1, 1}, {2, 3}, {3, 5}}) {
      planeSines(cases, size[0], size[1]);
    }
    for (int[] uses : new int[][] {{0, 1}, {0}, {1}}) {
      cases.add(
          new Case("cubic steps, outputs " + Arrays.toString(uses), s -> cubicSteps(s, uses)));
    }
    cases.add(new Case("a flow step", AdjointTest::flowStep));
    return cases;
  }

  private interface InSketch<T> {
    T of(Sketch sketch);
  }

  private static Case binary(String name, int[] shape, InSketch<BinaryOperator<Value>> op) {
    return new Case(
        name, s -> s.result(op.of(s).apply(s.input(3, 4), s.input(shape[0], shape[1]))));
  }

  private static Case unary(String name, InSketch<UnaryOperator<Value>> op) {
    return new Case(name, s -> s.result(op.of(s).apply(s.input(3, 4))));
  }

  private static void onLattice(List<Case> cases, Lattice lattice) {
    int v = lattice.sites();
    Stencil box = Stencil.box(lattice, 1);
    cases.add(
        new Case(
            "stencil sum on " + lattice,
            s -> s.result(s.b.stencilSum(s.input(2, v), Stencil.forward(lattice)))));
    cases.add(
        new Case(
            "orbit sum on " + lattice, s -> s.result(s.b.orbitSum(s.input(box.orbits(), v), box))));
    cases.add(
        new Case(
            "along axes of " + lattice,
            s -> {
              Value x = s.input(2, v);
              for (int axis = 0; axis < lattice.dimensions(); axis++) {
                int n = lattice.extent(axis);
                float[] matrix = new float[n * n];
                Random random = new Random(axis);
                for (int i = 0; i < matrix.length; i++) {
                  matrix[i] = (float) random.nextGaussian();
                }
                x = s.b.alongAxis(x, lattice, axis, matrix);
              }
              s.result(s.b.add(x, Fourier.hartley(s.b, x, lattice)));
            }));
    cases.add(
        new Case(
            "convolve on " + lattice,
            s -> {
              Parameter w = s.parameter(2 * 3 * box.orbits());
              Parameter c = s.parameter(3);
              Value layer = s.b.tanh(s.b.convolve(s.input(2, v), box, 3, w, c));
              Parameter w2 = s.parameter(3 * 5 * box.orbits());
              s.result(s.b.convolve(layer, box, 5, w2, s.parameter(5)));
            }));
  }

  private static void convolveAtSites(List<Case> cases) {
    Lattice lattice = Lattice.of(3, 4);
    Stencil stencil = Stencil.of(lattice, new int[] {0, 0}, new int[] {1, -1}, new int[] {0, 2});
    cases.add(
        new Case(
            "convolve at sites",
            s -> {
              Value x = s.b.convolve(s.input(2, 12), stencil, 3, s.parameter(18), s.parameter(3));
              Parameter w = s.parameter(18);
              s.result(
                  s.b.convolve(s.b.tanh(x), stencil, 2, w, s.parameter(2), new int[] {1, 4, 11}));
            }));
  }

  private static void sines(List<Case> cases, int f, int k, boolean slope) {
    String name = "sines F=" + f + " K=" + k + (slope ? " with slope" : "");
    cases.add(
        new Case(
            name,
            s -> s.result(s.b.sines(s.input(1, 4), f, k, slope, s.parameter(f + k * (f + 1))))));
    cases.add(
        new Case(
            name + ", twice",
            s -> {
              Parameter p = s.parameter(f + k * (f + 1));
              Value once = s.b.sines(s.input(1, 4), f, k, slope, p);
              s.result(s.b.sines(s.b.channels(once, 0, 1), f, k, slope, p));
            }));
  }

  private static void planeSines(List<Case> cases, int f, int c) {
    String name = "plane sines F=" + f + " C=" + c;
    cases.add(
        new Case(name, s -> s.result(s.b.planeSines(s.input(c, 4), f, s.parameter(f * (c + 1))))));
    cases.add(
        new Case(
            name + ", twice",
            s -> {
              Value once = s.b.planeSines(s.input(c, 4), f, s.parameter(f * (c + 1)));
              s.result(s.b.planeSines(once, f, s.parameter(f * 3)));
            }));
  }

  /** Two steps; of the second only some outputs are used. */
  private static void cubicSteps(Sketch s, int[] uses) {
    Stencil nearest = Stencil.nearest(Lattice.of(3, 2));
    int[] table = nearest.table();
    Parameter scale = s.b.scalar(-0.5);
    List<Value> once =
        s.b.cubicStep(
            s.input(1, 6), scale, s.input(1, 6), 0.5, 1.5, -2, 4, table, s.b.scalar(0.75));
    List<Value> twice =
        s.b.cubicStep(once.get(0), scale, once.get(1), 0.5, 0.25, 1, 4, table, s.b.scalar(0.25));
    s.result(s.b.concat(Arrays.stream(uses).mapToObj(twice::get).toArray(Value[]::new)));
  }

  /** x + masked orbit sum of sine features, and the log of 1 + slope: what a split flow does. */
  private static void flowStep(Sketch s) {
    Lattice lattice = Lattice.of(4, 4);
    Stencil box = Stencil.box(lattice, 1);
    float[] mask = new float[16];
    for (int site = 0; site < 16; site++) {
      mask[site] = (lattice.coordinate(site, 0) + lattice.coordinate(site, 1)) % 2;
    }
    int f = 2;
    Parameter p = s.parameter(f + box.orbits() * (f + 1));
    Value x = s.input(1, 16);
    Value features = s.b.sines(x, f, box.orbits(), true, p);
    Value force = s.b.orbitSum(s.b.channels(features, 0, box.orbits()), box);
    Value slope = s.b.channels(features, box.orbits(), box.orbits() + 1);
    Value next = s.b.add(x, s.b.times(force, mask));
    s.result(s.b.concat(next, s.b.log(s.b.affine(0.1, s.b.mul(slope, slope), 1))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsFiniteDifferences(Case example) {
    Sketch s = new Sketch();
    example.program().accept(s);
    Value weight = s.b.input("weight", s.result.shape().channels(), s.result.shape().sites());
    Value loss = s.b.dot(s.result, weight);
    Gradient gradient = s.b.gradient(Map.of(loss, 1.0));
    s.b.output("loss", loss);
    for (Value input : s.inputs) {
      s.b.output("by " + input, gradient.by(input));
    }
    for (Parameter parameter : s.parameters) {
      if (gradient.has(parameter)) {
        s.b.output("by " + parameter.name(), gradient.by(parameter));
      }
    }
    Program program = s.b.build();
    check(program, s, gradient);
  }

  private static void check(Program program, Sketch s, Gradient gradient) {
    Random random = new Random(11);
    double[][] inputs = new double[program.inputs().size()][];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] =
          random.doubles(program.inputs().get(i).value().shape().size(), 0.3, 1.7).toArray();
    }
    double[] parameters = random.doubles(program.parameterCount(), 0.3, 1.3).toArray();
    try (ReferenceMachine machine = new ReferenceMachine();
        ReferenceExecutable executable = (ReferenceExecutable) machine.load(program)) {
      executable.parameters(parameters);
      double[][] found = executable.evaluate(3, 4, inputs);
      int output = 1;
      for (int i = 0; i < s.inputs.size(); i++) {
        compare("x" + i, found[output++], inputs[i], () -> loss(executable, inputs));
      }
      for (Parameter parameter : s.parameters) {
        Runnable set = () -> executable.parameters(parameters);
        if (gradient.has(parameter)) {
          double[] by = found[output++];
          for (int i = 0; i < parameter.length(); i++) {
            double difference =
                difference(parameters, parameter.offset() + i, set, () -> loss(executable, inputs));
            close(parameter.name() + "[" + i + "]", by[i], difference);
          }
        }
      }
    }
  }

  private interface Loss {
    double value();
  }

  private static double loss(ReferenceExecutable executable, double[][] inputs) {
    double[] sum = executable.evaluate(3, 4, inputs)[0];
    return sum[0] + sum[1];
  }

  private static void compare(String name, double[] gradient, double[] at, Loss loss) {
    assertThat(gradient).hasSameSizeAs(at);
    for (int e = 0; e < at.length; e++) {
      close(name + "[" + e + "]", gradient[e], difference(at, e, () -> {}, loss));
    }
  }

  private static double difference(double[] at, int e, Runnable changed, Loss loss) {
    double x = at[e];
    at[e] = x + STEP;
    changed.run();
    double up = loss.value();
    at[e] = x - STEP;
    changed.run();
    double down = loss.value();
    at[e] = x;
    changed.run();
    return (up - down) / (2 * STEP);
  }

  private static void close(String name, double gradient, double difference) {
    assertThat(gradient)
        .as(name)
        .isCloseTo(difference, within(RELATIVE * (1 + Math.abs(difference))));
  }

  @Test
  void sumsAddUpWithTheirCoefficients() {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input("x", 1, 3);
    Value y = b.input("y", 1, 3);
    Value total = b.total(b.mul(x, x));
    Value dot = b.dot(x, y);
    Gradient gradient = b.gradient(Map.of(total, 0.5, dot, -3.0));
    b.output("by x", gradient.by(x));
    b.output("by y", gradient.by(y));
    Program program = b.build();
    try (ReferenceMachine machine = new ReferenceMachine();
        ReferenceExecutable executable = (ReferenceExecutable) machine.load(program)) {
      double[][] out = executable.evaluate(0, 0, new double[] {1, 2, 3}, new double[] {10, 20, 30});
      assertThat(out[0]).containsExactly(1 - 30, 2 - 60, 3 - 90);
      assertThat(out[1]).containsExactly(-3, -6, -9);
    }
  }

  @Test
  void pullbackAppliesTheTransposedDerivative() {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input("x", 1, 3);
    Value g = b.input("g", 1, 3);
    Value h = b.input("h", 1, 1);
    Gradient gradient = b.pullback(Map.of(b.exp(x), g, b.siteSum(x), h));
    b.output("by x", gradient.by(x));
    Program program = b.build();
    try (ReferenceMachine machine = new ReferenceMachine();
        ReferenceExecutable executable = (ReferenceExecutable) machine.load(program)) {
      double[] at = {0.1, 0.2, 0.3};
      double[] out = executable.evaluate(0, 0, at, new double[] {2, 3, 4}, new double[] {7})[0];
      for (int e = 0; e < 3; e++) {
        assertThat(out[e]).isCloseTo((e + 2) * Math.exp(at[e]) + 7, within(1e-12));
      }
    }
  }

  @Test
  void nothingFlowsBeyondIndependentValues() {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input("x", 1, 3);
    Value y = b.exp(x);
    Value z = b.mul(y, y);
    Gradient gradient = b.pullback(Map.of(z, b.input("g", 1, 3)), Set.of(y));
    b.output("by y", gradient.by(y));
    assertThatThrownBy(() -> gradient.by(x)).hasMessageContaining("do not depend on");
    Program program = b.build();
    try (ReferenceMachine machine = new ReferenceMachine();
        ReferenceExecutable executable = (ReferenceExecutable) machine.load(program)) {
      double[] out = executable.evaluate(0, 0, new double[3], new double[] {2, 3, 4})[0];
      assertThat(out).containsExactly(4, 6, 8);
    }
  }

  @Test
  void planeSinesPullbackIsTheGradientBySite() {
    ProgramBuilder b = new ProgramBuilder();
    Parameter p = b.parameter("p", 2 * 4);
    Value x = b.input("x", 3, 4);
    Value g = b.input("g", 2, 4);
    Value sum = b.dot(b.planeSines(x, 2, p), g);
    b.output("gradient", b.gradient(Map.of(sum, 1.0)).by(x));
    b.output("pullback", b.planeSinesPullback(x, g, 2, p));
    Program program = b.build();
    try (ReferenceMachine machine = new ReferenceMachine();
        ReferenceExecutable executable = (ReferenceExecutable) machine.load(program)) {
      Random random = new Random(1);
      executable.parameters(random.doubles(8, -1, 1).toArray());
      double[][] out =
          executable.evaluate(
              0, 0, random.doubles(12, -1, 1).toArray(), random.doubles(8, -1, 1).toArray());
      assertThat(out[1]).containsExactly(out[0]);
      assertThat(Arrays.stream(out[0]).map(Math::abs).sum()).isPositive();
    }
  }

  @Test
  void sinesPullbackIsTheGradientBySite() {
    ProgramBuilder b = new ProgramBuilder();
    Parameter p = b.parameter("p", 2 + 3 * 3);
    Value x = b.input("x", 1, 4);
    Value g = b.input("g", 4, 4);
    Value sum = b.dot(b.sines(x, 2, 3, true, p), g);
    b.output("gradient", b.gradient(Map.of(sum, 1.0)).by(x));
    b.output("pullback", b.sinesPullback(x, g, 2, 3, true, p));
    Program program = b.build();
    try (ReferenceMachine machine = new ReferenceMachine();
        ReferenceExecutable executable = (ReferenceExecutable) machine.load(program)) {
      Random random = new Random(1);
      executable.parameters(random.doubles(11, -1, 1).toArray());
      double[][] out =
          executable.evaluate(
              0, 0, random.doubles(4, -1, 1).toArray(), random.doubles(16, -1, 1).toArray());
      assertThat(out[1]).containsExactly(out[0]);
      assertThat(Arrays.stream(out[0]).map(Math::abs).sum()).isPositive();
    }
  }
}
