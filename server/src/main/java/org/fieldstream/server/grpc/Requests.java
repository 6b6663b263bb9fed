package org.fieldstream.server.grpc;

import java.util.List;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.session.NoiseChoice;
import org.fieldstream.server.session.Precision;
import org.fieldstream.server.session.StreamRequest;
import org.fieldstream.server.theory.Target;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.SubscribeRequest;
import org.jspecify.annotations.Nullable;

/** The API's messages and enums in the server's own terms, and back. */
final class Requests {
  private Requests() {}

  /**
   * A subscription as the session understands it.
   *
   * @throws ServiceException for enum values this server does not know
   */
  static StreamRequest stream(SubscribeRequest request) {
    return new StreamRequest(
        request.getModel(),
        request.hasTarget() ? target(request.getTarget()) : null,
        exactness(request.getExactness(), request.getExactnessValue()),
        request.getSeed(),
        request.getCount(),
        Integer.toUnsignedLong(request.getBatchSize()),
        precision(request.getDtype(), request.getDtypeValue()),
        request.getObservablesList(),
        request.getOmitFields(),
        request.hasDenoising() ? denoising(request.getDenoising()) : null,
        request.getResumeToken().toByteArray());
  }

  private static NoiseChoice denoising(NoiseLevels levels) {
    return new NoiseChoice(Integer.toUnsignedLong(levels.getCount()), levels.getSigmasList());
  }

  static Target target(org.fieldstream.v1.Target target) {
    return new Target(
        target.getTheory(), List.copyOf(target.getExtentsList()), target.getCouplingsMap());
  }

  static org.fieldstream.v1.Target target(Target target) {
    return org.fieldstream.v1.Target.newBuilder()
        .setTheory(target.theory())
        .addAllExtents(target.extents())
        .putAllCouplings(target.couplings())
        .build();
  }

  static org.fieldstream.server.generator.@Nullable Exactness exactness(
      Exactness exactness, int number) {
    return switch (exactness) {
      case EXACTNESS_UNSPECIFIED -> null;
      case EXACTNESS_METROPOLIS -> org.fieldstream.server.generator.Exactness.METROPOLIS;
      case EXACTNESS_REWEIGHT -> org.fieldstream.server.generator.Exactness.REWEIGHT;
      case EXACTNESS_RAW -> org.fieldstream.server.generator.Exactness.RAW;
      case EXACTNESS_LANGEVIN_ADJUSTED ->
          org.fieldstream.server.generator.Exactness.LANGEVIN_ADJUSTED;
      case UNRECOGNIZED -> throw unknown("exactness", number, "METROPOLIS, REWEIGHT or RAW");
    };
  }

  static Exactness exactness(org.fieldstream.server.generator.Exactness exactness) {
    return switch (exactness) {
      case METROPOLIS -> Exactness.EXACTNESS_METROPOLIS;
      case REWEIGHT -> Exactness.EXACTNESS_REWEIGHT;
      case RAW -> Exactness.EXACTNESS_RAW;
      case LANGEVIN_ADJUSTED -> Exactness.EXACTNESS_LANGEVIN_ADJUSTED;
    };
  }

  static Precision precision(DType dtype, int number) {
    return switch (dtype) {
      case DTYPE_UNSPECIFIED, DTYPE_FLOAT32 -> Precision.FLOAT32;
      case DTYPE_FLOAT64 -> Precision.FLOAT64;
      case UNRECOGNIZED -> throw unknown("dtype", number, "FLOAT32 or FLOAT64");
    };
  }

  static DType dtype(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> DType.DTYPE_FLOAT32;
      case FLOAT64 -> DType.DTYPE_FLOAT64;
    };
  }

  private static ServiceException unknown(String field, int number, String expected) {
    return ServiceException.field(
        ErrorCode.BAD_FIELD, field, field + ": " + number + " (expected: " + expected + ")");
  }
}
