package org.fieldstream.server.grpc;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;

/** The methods of the API that this server does not offer answer UNIMPLEMENTED in a sentence. */
final class UnofferedMethods {
  /** The methods of fieldstream.v1 that this server offers, by service. */
  private static final Map<String, Set<String>> OFFERED =
      Map.of(
          "fieldstream.v1.SamplerService", Set.of("Subscribe", "Propose"),
          "fieldstream.v1.MeasurementService", Set.of("Record", "Watch"),
          "fieldstream.v1.ModelService",
              Set.of("ListModels", "GetModel", "TrainModel", "DeleteModel"),
          "fieldstream.v1.EnsembleService", Set.of("Push", "ListEnsembles", "Certify"));

  /** The same for a person, without the package. */
  private static final String LIST =
      OFFERED.entrySet().stream()
          .flatMap(
              service ->
                  service.getValue().stream()
                      .map(method -> simpleName(service.getKey()) + '.' + method))
          .sorted()
          .collect(Collectors.joining(", "));

  private UnofferedMethods() {}

  private static String simpleName(String service) {
    return service.substring(service.lastIndexOf('.') + 1);
  }

  /** A service of which no method is offered. */
  static Service service(ServiceDescriptor descriptor, Vertx vertx, FieldstreamMeters meters) {
    ServiceBuilder service =
        Service.service(ServiceName.create(descriptor.getFullName()), descriptor);
    bind(service, descriptor, vertx, meters);
    return service.build();
  }

  /** Binds those methods of a service that are not offered. */
  static void bind(
      ServiceBuilder service, ServiceDescriptor descriptor, Vertx vertx, FieldstreamMeters meters) {
    ServiceName name = ServiceName.create(descriptor.getFullName());
    Set<String> offered = OFFERED.getOrDefault(descriptor.getFullName(), Set.of());
    for (MethodDescriptor method : descriptor.getMethods()) {
      if (!offered.contains(method.getName())) {
        ServiceMethod<Buffer, Buffer> bound =
            ServiceMethod.server(
                name, method.getName(), GrpcMessageEncoder.IDENTITY, GrpcMessageDecoder.IDENTITY);
        service.bind(
            bound,
            request ->
                new Call<>(vertx, request, meters)
                    .fail(
                        ServiceException.of(
                            ErrorCode.METHOD_NOT_OFFERED,
                            "%s.%s is not offered by this server (offered: %s)"
                                .formatted(descriptor.getName(), method.getName(), LIST))));
      }
    }
  }
}
