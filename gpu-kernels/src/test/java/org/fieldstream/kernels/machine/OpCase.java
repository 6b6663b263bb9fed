package org.fieldstream.kernels.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.program.Gradient;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * A program of one op, the range of its inputs, and how far float machines may be from the double
 * reference: {@code |x - ref| <= bound (|ref| + scale)}.
 *
 * @param name what is tested
 * @param program the program; its first output is compared, every output must agree in bits across
 *     batch sizes
 * @param low least input
 * @param high largest input
 * @param bound relative bound
 * @param scale what the bound is relative to where the result is small
 */
record OpCase(String name, Program program, double low, double high, double bound, double scale) {
  /** Half a unit in the last place: the bound of one correctly rounded operation. */
  static final double HALF_ULP = 0x1p-24;

  @Override
  public String toString() {
    return name;
  }

  /** Uniform inputs and parameters of the case, from a fixed seed, for a number of lanes. */
  Lanes lanes(int count) {
    Lanes lanes = new Lanes(program, count);
    for (int i = 0; i < program.inputs().size(); i++) {
      fill(lanes.input(i), new Random(100 + i));
    }
    fill(lanes.parameters(), new Random(99));
    Random random = new Random(98);
    for (int lane = 0; lane < count; lane++) {
      lanes.seeds()[lane] = random.nextLong();
      lanes.indices()[lane] = random.nextLong();
    }
    return lanes;
  }

  private void fill(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (low + (high - low) * random.nextDouble());
    }
  }

  /** Every op, in several shapes. */
  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    elementwise(cases);
    moves(cases);
    sums(cases);
    byParameters(cases);
    sines(cases);
    planeSines(cases);
    convolutions(cases);
    convolutionsAtSites(cases);
    couplingNets(cases);
    cubicSteps(cases);
    random(cases);
    return cases;
  }

  private static void elementwise(List<OpCase> cases) {
    Map<String, BiFunction<ProgramBuilder, Value[], Value>> binary =
        Map.of(
            "add", (b, v) -> b.add(v[0], v[1]),
            "sub", (b, v) -> b.sub(v[0], v[1]),
            "mul", (b, v) -> b.mul(v[0], v[1]),
            "div", (b, v) -> b.div(v[0], v[1]));
    int[][] shapes = {{3, 12}, {1, 12}, {3, 1}, {1, 1}};
    for (String name : binary.keySet().stream().sorted().toList()) {
      for (int[] shape : shapes) {
        cases.add(
            of(
                name + " " + Arrays.toString(shape),
                b ->
                    b.output(
                        "out",
                        binary
                            .get(name)
                            .apply(
                                b,
                                new Value[] {
                                  b.input("a", 3, 12), b.input("b", shape[0], shape[1])
                                })),
                0.5,
                2,
                // OpenCL allows a division 2.5 ulp
                name.equals("div") ? 5 * HALF_ULP : HALF_ULP,
                0));
      }
    }
    cases.add(
        of(
            "linear, constants",
            b -> b.output("out", b.linear(0.3, b.input("a", 2, 5), -1.7, b.input("b", 2, 5))),
            -1,
            1,
            4 * HALF_ULP,
            1));
    cases.add(
        of(
            "linear, parameters",
            b ->
                b.output(
                    "out",
                    b.linear(
                        b.parameter("p", 1),
                        b.input("a", 2, 5),
                        b.parameter("q", 1),
                        b.input("b", 2, 5))),
            -1,
            1,
            2 * HALF_ULP,
            1));
    cases.add(
        of(
            "affine",
            b -> b.output("out", b.affine(3, b.input("a", 1, 9), -0.25)),
            -1,
            1,
            HALF_ULP,
            0));
    cases.add(unary("sin", ProgramBuilder::sin, -4, 4, 2 * HALF_ULP, 1));
    cases.add(unary("sin, large", ProgramBuilder::sin, -8192, 8192, 3 * HALF_ULP, 1));
    cases.add(unary("cos", ProgramBuilder::cos, -4, 4, 2 * HALF_ULP, 1));
    cases.add(unary("cos, large", ProgramBuilder::cos, -8192, 8192, 3 * HALF_ULP, 1));
    cases.add(unary("exp", ProgramBuilder::exp, -5, 5, 4 * HALF_ULP, 0));
    cases.add(unary("exp, clamped", ProgramBuilder::exp, -100, 100, 4 * HALF_ULP, 0));
    cases.add(unary("log", ProgramBuilder::log, 1e-6, 4, 4 * HALF_ULP, 0));
    cases.add(unary("log, large", ProgramBuilder::log, 1, 1e38, 4 * HALF_ULP, 0));
    cases.add(unary("tanh", ProgramBuilder::tanh, -1, 1, 4 * HALF_ULP, 0));
    cases.add(unary("leaky", (b, x) -> b.leaky(0.01, x), -1, 1, HALF_ULP, 0));
    cases.add(unary("leaky, steep", (b, x) -> b.leaky(3, x), -1, 1, HALF_ULP, 0));
    cases.add(unary("where", (b, x) -> b.where(b.affine(1, x, 0.25), x), -1, 1, HALF_ULP, 0));
    cases.add(
        unary(
            "leaky, gradient",
            (b, x) -> {
              Value out = b.leaky(0.01, x);
              return b.pullback(Map.of(out, b.input("g", 2, 101))).by(x);
            },
            -1,
            1,
            2 * HALF_ULP,
            0));
    cases.add(unary("tanh, large", ProgramBuilder::tanh, -30, 30, 4 * HALF_ULP, 0));
  }

  private static OpCase unary(
      String name,
      BiFunction<ProgramBuilder, Value, Value> op,
      double low,
      double high,
      double bound,
      double scale) {
    return of(
        name, b -> b.output("out", op.apply(b, b.input("a", 2, 101))), low, high, bound, scale);
  }

  private static void moves(List<OpCase> cases) {
    cases.add(
        of(
            "gather",
            b ->
                b.output(
                    "out",
                    b.gather(
                        b.input("a", 2, 3),
                        2,
                        2,
                        3,
                        new int[] {5, 0, 3, -1, 2, 2, 1, 1, -1, 4, -1, 0})),
            -1,
            1,
            2 * HALF_ULP,
            2));
    for (Lattice lattice : lattices()) {
      cases.add(
          of(
              "stencil sum " + lattice,
              b ->
                  b.output(
                      "out",
                      b.stencilSum(b.input("a", 2, lattice.sites()), Stencil.nearest(lattice))),
              -1,
              1,
              8 * HALF_ULP,
              4));
      Stencil box = Stencil.box(lattice, 1);
      cases.add(
          of(
              "orbit sum " + lattice,
              b -> b.output("out", b.orbitSum(b.input("a", box.orbits(), lattice.sites()), box)),
              -1,
              1,
              12 * HALF_ULP,
              20));
    }
    Lattice square = Lattice.of(3, 4);
    cases.add(
        of(
            "shift",
            b -> b.output("out", b.shift(b.input("a", 2, 12), square, 1, -2)),
            -1,
            1,
            0,
            0));
    cases.add(
        of("channels", b -> b.output("out", b.channels(b.input("a", 4, 5), 1, 3)), -1, 1, 0, 0));
    cases.add(
        of(
            "concat",
            b ->
                b.output(
                    "out", b.concat(b.input("a", 1, 5), b.input("b", 3, 5), b.input("c", 2, 5))),
            -1,
            1,
            0,
            0));
    cases.add(
        of(
            "broadcast a channel",
            b -> b.output("out", b.broadcast(b.input("a", 1, 1), 3, 4)),
            -1,
            1,
            0,
            0));
    cases.add(
        of(
            "broadcast channels",
            b -> b.output("out", b.broadcast(b.input("a", 3, 1), 3, 4)),
            -1,
            1,
            0,
            0));
    cases.add(of("fill", b -> b.output("out", b.fill(0.1f, 3, 4)), -1, 1, 0, 0));
  }

  private static Lattice[] lattices() {
    return new Lattice[] {
      Lattice.of(6), Lattice.of(3, 4), Lattice.of(2, 3, 4), Lattice.of(2, 3, 2, 3)
    };
  }

  private static void sums(List<OpCase> cases) {
    cases.add(
        of(
            "site sum",
            b -> b.output("out", b.siteSum(b.input("a", 3, 257))),
            -1,
            1,
            // Kahan's sum is exact to a unit of the terms' size, not of the sum's
            HALF_ULP,
            8));
    int[] slot = new int[36];
    Arrays.setAll(slot, e -> e * e % 7);
    cases.add(
        of(
            "segment sum",
            b -> b.output("out", b.segmentSum(b.input("a", 3, 12), slot, 8)),
            -1,
            1,
            4 * HALF_ULP,
            4));
    cases.add(
        of(
            "segment dot",
            b -> b.output("out", b.segmentDot(b.input("a", 3, 12), b.input("b", 3, 12), slot, 8)),
            -1,
            1,
            4 * HALF_ULP,
            4));
  }

  private static void byParameters(List<OpCase> cases) {
    int[] slot = new int[12];
    Arrays.setAll(slot, e -> e % 5);
    cases.add(
        of(
            "times a parameter",
            b -> b.output("out", b.times(b.input("a", 3, 4), b.parameter("p", 5), slot)),
            -1,
            1,
            HALF_ULP,
            0));
    cases.add(
        of(
            "plus a parameter",
            b -> {
              b.parameter("first", 2);
              b.output("out", b.plus(b.input("a", 3, 4), b.parameter("p", 5), slot));
            },
            -1,
            1,
            HALF_ULP,
            0));
    cases.add(
        of(
            "times constants",
            b -> b.output("out", b.times(b.input("a", 1, 4), new float[] {0.1f, -2, 0, 7.25f})),
            -1,
            1,
            HALF_ULP,
            0));
    for (Lattice lattice : lattices()) {
      alongAxes(cases, lattice, 2);
    }
    // Sums of several pieces; an odd number of lines; lines of one pair in two blocks.
    alongAxes(cases, Lattice.of(19), 1);
    alongAxes(cases, Lattice.of(9, 3), 1);
    alongAxes(cases, Lattice.of(3, 17, 2), 3);
  }

  private static void alongAxes(List<OpCase> cases, Lattice lattice, int channels) {
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      int n = lattice.extent(axis);
      float[] matrix = new float[n * n];
      Random random = new Random(7);
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = (float) random.nextGaussian();
      }
      int along = axis;
      cases.add(
          of(
              "along axis " + axis + " of " + lattice,
              b ->
                  b.output(
                      "out",
                      b.alongAxis(b.input("a", channels, lattice.sites()), lattice, along, matrix)),
              -1,
              1,
              4 * HALF_ULP,
              4));
    }
  }

  private static void sines(List<OpCase> cases) {
    for (boolean slope : new boolean[] {false, true}) {
      for (int[] size : new int[][] {{1, 1}, {5, 3}}) {
        int f = size[0];
        int k = size[1];
        String name = " F=" + f + " K=" + k + (slope ? " with slope" : "");
        cases.add(
            of(
                "sines" + name,
                b -> {
                  Parameter p = b.parameter("p", f + k * (f + 1));
                  b.output("out", b.sines(b.input("a", 1, 23), f, k, slope, p));
                },
                -2,
                2,
                8 * HALF_ULP,
                f));
        cases.add(
            of(
                "sines, field gradient" + name,
                b -> {
                  Parameter p = b.parameter("p", f + k * (f + 1));
                  Value a = b.input("a", 1, 23);
                  b.output("out", sinesGradient(b, a, f, k, slope, p).by(a));
                },
                -2,
                2,
                16 * HALF_ULP,
                4 * f * k));
        cases.add(
            of(
                "sines, parameter gradient" + name,
                b -> {
                  Parameter p = b.parameter("p", f + k * (f + 1));
                  Value a = b.input("a", 1, 23);
                  b.output("out", sinesGradient(b, a, f, k, slope, p).by(p));
                },
                -2,
                2,
                16 * HALF_ULP,
                23 * k));
      }
    }
  }

  private static Gradient sinesGradient(
      ProgramBuilder b, Value a, int f, int k, boolean slope, Parameter p) {
    Value out = b.sines(a, f, k, slope, p);
    Value weight = b.input("weight", out.shape().channels(), out.shape().sites());
    return b.gradient(Map.of(b.dot(out, weight), 1.0));
  }

  private static void planeSines(List<OpCase> cases) {
    for (int[] size : new int[][] {{1, 1}, {5, 2}, {3, 3}, {4, 4}, {3, 5}, {2, 6}, {2, 7}}) {
      int f = size[0];
      int c = size[1];
      String name = " F=" + f + " C=" + c;
      cases.add(
          of(
              "plane sines" + name,
              b -> {
                Parameter p = b.parameter("p", f * (c + 1));
                b.output("out", b.planeSines(b.input("a", c, 23), f, p));
              },
              -1,
              1,
              8 * HALF_ULP,
              2 * f * c));
      cases.add(
          of(
              "plane sines, field gradient" + name,
              b -> {
                Parameter p = b.parameter("p", f * (c + 1));
                Value a = b.input("a", c, 23);
                b.output("out", planeSinesGradient(b, a, f, p).by(a));
              },
              -1,
              1,
              16 * HALF_ULP,
              2 * f * c));
      cases.add(
          of(
              "plane sines, parameter gradient" + name,
              b -> {
                Parameter p = b.parameter("p", f * (c + 1));
                Value a = b.input("a", c, 23);
                b.output("out", planeSinesGradient(b, a, f, p).by(p));
              },
              -1,
              1,
              16 * HALF_ULP,
              23 * c));
    }
  }

  private static Gradient planeSinesGradient(ProgramBuilder b, Value a, int f, Parameter p) {
    Value out = b.planeSines(a, f, p);
    Value weight = b.input("weight", 2, out.shape().sites());
    return b.gradient(Map.of(b.dot(out, weight), 1.0));
  }

  private static void convolutions(List<OpCase> cases) {
    for (Lattice lattice : lattices()) {
      int[][] sizes =
          lattice.dimensions() == 2
              ? new int[][] {{1, 1}, {2, 5}, {3, 8}, {4, 15}}
              : new int[][] {{2, 5}};
      for (int[] channels : sizes) {
        convolution(cases, "", Stencil.box(lattice, 1), channels[0], channels[1]);
      }
    }
    Lattice square = Lattice.of(5, 4);
    convolution(cases, " with radius 2", Stencil.box(square, 2), 2, 9);
    convolution(cases, " with radius 0", Stencil.box(square, 0), 9, 2);
    int[][] offsets = {{0, 0}, {0, 1}, {1, 0}, {-1, 2}};
    convolution(cases, " with weights of their own", Stencil.of(square, offsets), 3, 15);
  }

  private static void convolution(
      List<OpCase> cases, String kind, Stencil stencil, int ci, int co) {
    int sites = stencil.lattice().sites();
    int weights = ci * co * stencil.orbits();
    String name = kind + " " + ci + " to " + co + " on " + stencil.lattice();
    cases.add(
        of(
            "convolve" + name,
            b ->
                b.output(
                    "out",
                    b.convolve(
                        b.input("a", ci, sites),
                        stencil,
                        co,
                        b.parameter("w", weights),
                        b.parameter("c", co))),
            -1,
            1,
            16 * HALF_ULP,
            1 + 0.25 * ci * stencil.taps()));
    for (String by : new String[] {"field", "weight", "bias"}) {
      cases.add(
          of(
              "convolve, " + by + " gradient" + name,
              b -> {
                Parameter w = b.parameter("w", weights);
                Parameter c = b.parameter("c", co);
                Value a = b.input("a", ci, sites);
                Value out = b.convolve(a, stencil, co, w, c);
                Value weight = b.input("weight", co, sites);
                Gradient g = b.gradient(Map.of(b.dot(out, weight), 1.0));
                b.output(
                    "out", by.equals("field") ? g.by(a) : by.equals("weight") ? g.by(w) : g.by(c));
              },
              -1,
              1,
              16 * HALF_ULP,
              by.equals("field") ? 0.25 * co * stencil.taps() : 4 * sites));
    }
  }

  /** With weights for each tap and by orbit, at every third site. */
  private static void convolutionsAtSites(List<OpCase> cases) {
    for (Lattice lattice : lattices()) {
      int[] at = IntStream.range(0, lattice.sites()).filter(s -> s % 3 != 1).toArray();
      for (Stencil stencil :
          List.of(Stencil.box(lattice, 1), Stencil.of(lattice, offsets(lattice.dimensions())))) {
        for (int co : new int[] {1, 2, 5, 8}) {
          String name = co + " of " + stencil.orbits() + " orbits on " + lattice;
          int weights = 2 * co * stencil.orbits();
          cases.add(
              of(
                  "convolve at sites, " + name,
                  b ->
                      b.output(
                          "out",
                          b.convolve(
                              b.input("a", 2, lattice.sites()),
                              stencil,
                              co,
                              b.parameter("w", weights),
                              b.parameter("c", co),
                              at)),
                  -1,
                  1,
                  16 * HALF_ULP,
                  1 + 0.5 * stencil.taps()));
          cases.add(
              of(
                  "convolve at sites, field gradient " + name,
                  b -> {
                    Value a = b.input("a", 2, lattice.sites());
                    Parameter w = b.parameter("w", weights);
                    Value out = b.convolve(a, stencil, co, w, b.parameter("c", co), at);
                    Value g = b.input("g", co, at.length);
                    b.output("out", b.pullback(Map.of(out, g)).by(a));
                    b.output("weights", b.pullback(Map.of(out, g)).by(w));
                  },
                  -1,
                  1,
                  16 * HALF_ULP,
                  0.25 * co * stencil.taps()));
        }
      }
    }
  }

  /** Three weights along each axis: a layer and its rectifier, the last layer at half the sites. */
  private static void couplingNets(List<OpCase> cases) {
    for (Lattice lattice :
        List.of(Lattice.of(5, 8), Lattice.of(4, 2), Lattice.of(7), Lattice.of(3, 2, 4))) {
      Stencil stencil = cube(lattice);
      int sites = lattice.sites();
      int weights = 8 * stencil.taps();
      int[] half = IntStream.range(0, sites).filter(s -> even(lattice, s)).toArray();
      for (boolean gradient : new boolean[] {false, true}) {
        cases.add(
            of(
                (gradient ? "coupling net, field gradient on " : "coupling net on ") + lattice,
                b -> {
                  Value a = b.input("a", 1, sites);
                  Parameter w1 = b.parameter("w1", weights);
                  Parameter w2 = b.parameter("w2", 2 * weights);
                  Value hidden =
                      b.leaky(0.125, b.convolve(a, stencil, 8, w1, b.parameter("c1", 8)));
                  Value out = b.convolve(hidden, stencil, 2, w2, b.parameter("c2", 2), half);
                  b.output(
                      "out",
                      gradient ? b.pullback(Map.of(out, b.input("g", 2, half.length))).by(a) : out);
                },
                -1,
                1,
                16 * HALF_ULP,
                stencil.taps() * stencil.taps()));
      }
    }
  }

  private static boolean even(Lattice lattice, int site) {
    int sum = 0;
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      sum += lattice.coordinate(site, axis);
    }
    return sum % 2 == 0;
  }

  /** The 3 x 3 x ... neighbourhood, each tap with a weight of its own. */
  static Stencil cube(Lattice lattice) {
    int d = lattice.dimensions();
    int[][] offsets = new int[(int) Math.pow(3, d)][d];
    for (int k = 0; k < offsets.length; k++) {
      for (int axis = d - 1, rest = k; axis >= 0; axis--, rest /= 3) {
        offsets[k][axis] = rest % 3 - 1;
      }
    }
    return Stencil.of(lattice, offsets);
  }

  private static int[][] offsets(int dimensions) {
    int[][] offsets = new int[3][dimensions];
    offsets[1][0] = 1;
    offsets[2][dimensions - 1] = -2;
    return offsets;
  }

  private static void cubicSteps(List<OpCase> cases) {
    for (Lattice lattice : lattices()) {
      int v = lattice.sites();
      Stencil nearest = Stencil.nearest(lattice);
      for (int first = 0; first < 2; first++) {
        int compared = first;
        cases.add(
            of(
                (first == 0 ? "cubic step, velocity on " : "cubic step, field on ") + lattice,
                b -> {
                  List<Value> step =
                      b.cubicStep(
                          b.input("v", 1, v),
                          b.parameter("s", 1),
                          b.input("a", 1, v),
                          0.5,
                          1.5,
                          -2,
                          nearest.taps(),
                          nearest.table(),
                          b.parameter("r", 1));
                  b.output("out", step.get(compared));
                  b.output("other", step.get(1 - compared));
                },
                -1,
                1,
                16 * HALF_ULP,
                4));
      }
    }
    cases.add(
        of(
            "cubic step, field as its own velocity",
            b -> {
              Value a = b.input("a", 2, 3);
              int[] table = {1, 2, 0, 4, 5, 3};
              Parameter s = b.parameter("s", 1);
              b.output("out", b.cubicStep(a, s, a, 1, 1, 1, 1, table, s).get(1));
            },
            -1,
            1,
            16 * HALF_ULP,
            4));
  }

  private static void random(List<OpCase> cases) {
    for (int size : new int[] {1, 2, 3, 4, 30}) {
      cases.add(of("uniform " + size, b -> b.output("out", b.uniform(3, 1, size)), 0, 1, 0, 0));
      cases.add(
          of("normal " + size, b -> b.output("out", b.normal(-1, 1, size)), 0, 1, 8 * HALF_ULP, 3));
    }
  }

  private static OpCase of(
      String name,
      Consumer<ProgramBuilder> ops,
      double low,
      double high,
      double bound,
      double scale) {
    ProgramBuilder b = new ProgramBuilder();
    ops.accept(b);
    return new OpCase(name, b.build(), low, high, bound, scale);
  }
}
