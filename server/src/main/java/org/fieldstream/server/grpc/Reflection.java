package org.fieldstream.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.reflection.v1.ErrorResponse;
import io.vertx.grpc.reflection.v1.ExtensionNumberResponse;
import io.vertx.grpc.reflection.v1.FileDescriptorResponse;
import io.vertx.grpc.reflection.v1.ListServiceResponse;
import io.vertx.grpc.reflection.v1.ServerReflectionProto;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import io.vertx.grpc.reflection.v1.ServiceResponse;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * Server reflection, v1 and v1alpha, which have the same messages. Answers as many requests in a
 * stream as a client sends; Vert.x's own ends after the first, at which tools give up.
 */
final class Reflection {
  private static final String METHOD = "ServerReflectionInfo";

  private final TreeMap<String, ServiceDescriptor> services = new TreeMap<>();
  private final Map<String, FileDescriptor> byName = new LinkedHashMap<>();
  private final Map<String, FileDescriptor> bySymbol = new HashMap<>();

  /** Reflection over services, itself included. */
  Reflection(Collection<Service> described) {
    described.forEach(service -> add(service.descriptor()));
    add(v1());
    add(v1alpha());
  }

  /** Both versions of the service. */
  List<Service> services(Vertx vertx, FieldstreamMeters meters) {
    List<Service> both = new ArrayList<>();
    for (ServiceDescriptor descriptor : List.of(v1(), v1alpha())) {
      ServiceName name = ServiceName.create(descriptor.getFullName());
      ServiceMethod<ServerReflectionRequest, ServerReflectionResponse> method =
          ServiceMethod.server(
              name,
              METHOD,
              GrpcMessageEncoder.encoder(),
              GrpcMessageDecoder.decoder(ServerReflectionRequest.newBuilder()));
      both.add(
          Service.service(name, descriptor)
              .bind(method, request -> serve(request, new Call<>(vertx, request, meters)))
              .build());
    }
    return both;
  }

  private void serve(
      GrpcServerRequest<ServerReflectionRequest, ServerReflectionResponse> request,
      Call<ServerReflectionResponse> call) {
    request.invalidMessageHandler(
        invalid ->
            call.fail(
                ServiceException.of(
                    ErrorCode.BAD_MESSAGE, "request: unreadable (expected: a gRPC message)")));
    request.handler(message -> call.write(answer(message)));
    request.endHandler(v -> call.end());
  }

  private ServerReflectionResponse answer(ServerReflectionRequest request) {
    ServerReflectionResponse.Builder response =
        ServerReflectionResponse.newBuilder()
            .setValidHost(request.getHost())
            .setOriginalRequest(request);
    switch (request.getMessageRequestCase()) {
      case FILE_BY_FILENAME ->
          file(response, byName.get(request.getFileByFilename()), request.getFileByFilename());
      case FILE_CONTAINING_SYMBOL ->
          file(
              response,
              bySymbol.get(request.getFileContainingSymbol()),
              request.getFileContainingSymbol());
      case FILE_CONTAINING_EXTENSION ->
          error(
              response,
              GrpcStatus.NOT_FOUND,
              "no extensions of " + request.getFileContainingExtension().getContainingType());
      case ALL_EXTENSION_NUMBERS_OF_TYPE ->
          extensions(response, request.getAllExtensionNumbersOfType());
      case LIST_SERVICES -> {
        ListServiceResponse.Builder list = ListServiceResponse.newBuilder();
        services.keySet().forEach(n -> list.addService(ServiceResponse.newBuilder().setName(n)));
        response.setListServicesResponse(list);
      }
      case MESSAGEREQUEST_NOT_SET ->
          error(response, GrpcStatus.INVALID_ARGUMENT, "the request asks for nothing");
    }
    return response.build();
  }

  private void extensions(ServerReflectionResponse.Builder response, String type) {
    if (bySymbol.containsKey(type)) {
      response.setAllExtensionNumbersResponse(
          ExtensionNumberResponse.newBuilder().setBaseTypeName(type));
    } else {
      error(response, GrpcStatus.NOT_FOUND, "unknown type " + type);
    }
  }

  /** A file and all that it imports, imports first. */
  private static void file(
      ServerReflectionResponse.Builder response, @Nullable FileDescriptor file, String asked) {
    if (file == null) {
      error(response, GrpcStatus.NOT_FOUND, "unknown file or symbol " + asked);
      return;
    }
    Map<String, ByteString> files = new LinkedHashMap<>();
    collect(file, files);
    response.setFileDescriptorResponse(
        FileDescriptorResponse.newBuilder().addAllFileDescriptorProto(files.values()));
  }

  private static void collect(FileDescriptor file, Map<String, ByteString> into) {
    file.getDependencies().forEach(imported -> collect(imported, into));
    into.putIfAbsent(file.getName(), file.toProto().toByteString());
  }

  private static void error(
      ServerReflectionResponse.Builder response, GrpcStatus status, String message) {
    response.setErrorResponse(
        ErrorResponse.newBuilder().setErrorCode(status.code).setErrorMessage(message));
  }

  private void add(ServiceDescriptor service) {
    services.put(service.getFullName(), service);
    add(service.getFile());
  }

  private void add(FileDescriptor file) {
    if (byName.putIfAbsent(file.getName(), file) != null) {
      return;
    }
    file.getDependencies().forEach(this::add);
    file.getServices().forEach(service -> symbols(service, service.getMethods()));
    file.getEnumTypes().forEach(type -> symbols(type, type.getValues()));
    file.getMessageTypes().forEach(this::message);
    file.getExtensions().forEach(extension -> symbols(extension, List.of()));
  }

  private void message(Descriptor message) {
    List<FieldDescriptor> fields = message.getFields();
    symbols(message, fields);
    message.getEnumTypes().forEach(type -> symbols(type, type.getValues()));
    message.getNestedTypes().forEach(this::message);
  }

  private void symbols(GenericDescriptor owner, List<? extends GenericDescriptor> parts) {
    bySymbol.put(owner.getFullName(), owner.getFile());
    parts.forEach(part -> bySymbol.put(part.getFullName(), part.getFile()));
  }

  private static ServiceDescriptor v1() {
    return ServerReflectionProto.getDescriptor().findServiceByName("ServerReflection");
  }

  /** The v1 file with the older package name; there is no other difference. */
  private static ServiceDescriptor v1alpha() {
    String text = "grpc.reflection.v1";
    FileDescriptorProto v1 = ServerReflectionProto.getDescriptor().toProto();
    FileDescriptorProto.Builder older =
        v1.toBuilder()
            .setName("grpc/reflection/v1alpha/reflection.proto")
            .setPackage(text + "alpha");
    older
        .getMessageTypeBuilderList()
        .forEach(
            message ->
                message.getFieldBuilderList().stream()
                    .filter(FieldDescriptorProto.Builder::hasTypeName)
                    .forEach(field -> field.setTypeName(rename(field.getTypeName()))));
    older
        .getServiceBuilderList()
        .forEach(
            service ->
                service
                    .getMethodBuilderList()
                    .forEach(
                        method ->
                            method
                                .setInputType(rename(method.getInputType()))
                                .setOutputType(rename(method.getOutputType()))));
    try {
      FileDescriptor file = FileDescriptor.buildFrom(older.build(), new FileDescriptor[0]);
      return file.findServiceByName("ServerReflection");
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException("reflection v1alpha: invalid (expected: v1 renamed)", e);
    }
  }

  private static String rename(String type) {
    return type.replace(".grpc.reflection.v1.", ".grpc.reflection.v1alpha.");
  }
}
