# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/hitotsu ./cmd/hitotsu && mkdir /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/hitotsu /hitotsu
# Tokens that were exchanged live here: keep the volume.
COPY --from=build --chown=nonroot:nonroot /out/data /data
ENV HITOTSU_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
USER nonroot
ENTRYPOINT ["/hitotsu"]
CMD ["serve"]
