package org.fieldstream.kernels.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.junit.jupiter.api.Test;

class DescriptionTest {
  private static final Lattice LATTICE = Lattice.of(4, 4);

  private static OpCost last(ProgramBuilder b, Value out) {
    b.output("out", out);
    List<Op> ops = b.build().ops();
    return OpCost.of(ops.get(ops.size() - 1));
  }

  @Test
  void convolutionsMultiplyAndAddForEachTapAndPairOfChannels() {
    ProgramBuilder b = new ProgramBuilder();
    Stencil stencil = Stencil.box(LATTICE, 1);
    Parameter w = b.parameter("w", 3 * 5 * stencil.orbits());
    Value out = b.convolve(b.input("a", 3, 16), stencil, 5, w, b.parameter("c", 5));
    assertThat(last(b, out)).isEqualTo(new OpCost(2 * 9 * 3 * 5 * 16, 4 * (3 + 5) * 16));
  }

  @Test
  void weightGradientsAlsoAddTheBiases() {
    ProgramBuilder b = new ProgramBuilder();
    Stencil stencil = Stencil.box(LATTICE, 1);
    Parameter w = b.parameter("w", 3 * 5 * stencil.orbits());
    Value a = b.input("a", 3, 16);
    Value out = b.convolve(a, stencil, 5, w, b.parameter("c", 5));
    Value g = b.pullback(Map.of(out, b.input("g", 5, 16))).by(w);
    b.output("out", g);
    Op op = b.build().ops().stream().filter(o -> o.code() == OpCode.CONV_GRAD).findFirst().get();
    assertThat(OpCost.of(op))
        .isEqualTo(new OpCost(2 * 9 * 3 * 5 * 16 + 5 * 16, 4 * (3 * 16 + 5 * 16 + 3 * 5 * 3 + 5)));
  }

  @Test
  void gathersReadWhatTheirTableNames() {
    ProgramBuilder b = new ProgramBuilder();
    int[] table = {0, 1, 2, 3, -1, -1, -1, -1, -1};
    Value out = b.gather(b.input("a", 1, 9), 1, 3, 3, table);
    // One sum of three, a copy and a zero; four elements read, three written.
    assertThat(last(b, out)).isEqualTo(new OpCost(2, 4 * (4 + 3)));
  }

  @Test
  void elementwiseOpsCountEachElement() {
    ProgramBuilder b = new ProgramBuilder();
    Value a = b.input("a", 2, 16);
    assertThat(last(b, b.linear(2, a, 3, b.input("b", 2, 16))))
        .isEqualTo(new OpCost(3 * 32, 4 * 3 * 32));
    ProgramBuilder c = new ProgramBuilder();
    Value d = c.input("d", 2, 16);
    assertThat(last(c, c.mul(d, d))).isEqualTo(new OpCost(32, 4 * 2 * 32));
    ProgramBuilder e = new ProgramBuilder();
    Value x = e.input("x", 2, 16);
    assertThat(last(e, e.mul(x, e.input("y", 1, 1)))).isEqualTo(new OpCost(32, 4 * (2 * 32 + 1)));
  }

  @Test
  void transformsAndSumsCountTheirTerms() {
    ProgramBuilder b = new ProgramBuilder();
    Value out = b.alongAxis(b.input("a", 1, 16), LATTICE, 0, new float[16]);
    assertThat(last(b, out)).isEqualTo(new OpCost(2 * 4 * 16, 4 * 32));
    ProgramBuilder c = new ProgramBuilder();
    assertThat(last(c, c.total(c.input("a", 1, 16)))).isEqualTo(new OpCost(4 * 16, 4 * (16 + 2)));
  }

  @Test
  void sineSeriesShareTheirSines() {
    ProgramBuilder b = new ProgramBuilder();
    Parameter p = b.parameter("p", 12 + 6 * 13);
    Value out = b.sines(b.input("a", 1, 16), 12, 6, true, p);
    // A site: 6 linear terms, then 12 angles with sine, cosine, six rows and the slope.
    long site = 6 + 12 * (1 + 8 + 9 + 10 + 2 * 6 + 2);
    assertThat(last(b, out)).isEqualTo(new OpCost(16 * site, 4 * 16 * (1 + 7)));
  }

  @Test
  void aProgramIsATableWithTotals() {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input("x", 1, 16);
    Value y = b.affine(2, x, 1);
    b.output("force", b.mul(y, x));
    assertThat(b.build().describe())
        .isEqualTo(
            """
                       FLOP    %           bytes    %        at  op
                                                              0  input x = %0[1][16]
                         32   67             128   40        16  %1[1][16] = AFFINE(%0[1][16]) [0, 1]
                         16   33             192   60        16  %2[1][16] = MUL(%1[1][16], %0[1][16])
                                                             16  output force = %2[1][16]
                         48  100             320  100            total per lane
            arena 32 floats per lane, parameters 0 + 2 constants
            in groups (in brackets what leaves one): 128 bytes saved, arena 16 floats per lane
            group on 16 sites, 128 bytes saved: AFFINE %1 [MUL %2]
            """);
  }

  @Test
  void groupsTellWhatTheySave() {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input("x", 1, 16);
    Value y = b.affine(2, b.sin(x), 1);
    b.output("force", b.mul(y, x));
    b.output("sum", b.total(y));
    assertThat(b.build().describe())
        .endsWith(
            """
            in groups (in brackets what leaves one): 128 bytes saved, arena 34 floats per lane
            group on 16 sites, 128 bytes saved: SIN %1 [AFFINE %2] [MUL %3]
            """);
  }
}
